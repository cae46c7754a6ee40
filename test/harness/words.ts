/** Splits a command line into words as a shell would: blanks, single and double quotes, backslash. Nothing expands. */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (quote === '' && (letter === "'" || letter === '"')) {
      quote = letter;
      word ??= '';
    } else if (letter === quote) {
      quote = '';
    } else if (letter === '\\' && quote !== "'" && at + 1 < line.length) {
      const next = line[++at] ?? '';
      // Between double quotes a backslash is itself before anything but these.
      word = (word ?? '') + (quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next);
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (quote !== '') throw new Error(`${quote} is not closed in: ${line}`);
  if (word !== undefined) found.push(word);
  return found;
}
