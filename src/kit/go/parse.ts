/** strconv of Go: what it reads, and the words with which it refuses, which Docker's clients show. Throw `Error`. */

const bad = (call: string, text: string): Error =>
  new Error(`strconv.${call}: parsing ${JSON.stringify(text)}: invalid syntax`);

const yes = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const no = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

export function parseBool(text: string): boolean {
  if (yes.has(text)) return true;
  if (no.has(text)) return false;
  throw bad('ParseBool', text);
}

export function atoi(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw bad('Atoi', text);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) {
    throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return number;
}
