/** Words of an instruction, and the quotes and variables in them. Dockerfile reference, "Environment replacement". */
import { invalid } from '../../errors/minke-error.ts';

/** Splits at blanks outside quotes; quotes and escapes stay in the words. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let begun = false;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      if (begun) words.push(word);
      word = '';
      begun = false;
      continue;
    }
    begun = true;
    if (char === '\\' && quote !== "'" && at + 1 < text.length) {
      word += char + (text[++at] ?? '');
      continue;
    }
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    word += char;
  }
  if (begun) words.push(word);
  return words;
}

export type Lookup = (name: string) => string | undefined;

class Expander {
  readonly #text: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  /** Up to a character outside quotes, or the end. */
  until(stop: string): string {
    let out = '';
    for (let char = this.#text[this.#at]; char !== undefined && char !== stop; char = this.#text[this.#at]) {
      this.#at++;
      if (char === "'") out += this.#single();
      else if (char === '"') out += this.#double();
      else if (char === '\\') out += this.#text[this.#at++] ?? '';
      else if (char === '$') out += this.#variable();
      else out += char;
    }
    return out;
  }

  skip(): boolean {
    return this.#text[this.#at++] !== undefined;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw invalid('unexpected end of statement while looking for matching single-quote');
    const out = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return out;
  }

  #double(): string {
    let out = '';
    for (;;) {
      const char = this.#text[this.#at++];
      if (char === undefined) {
        throw invalid('unexpected end of statement while looking for matching double-quote');
      }
      if (char === '"') return out;
      if (char === '$') out += this.#variable();
      else if (char === '\\') out += this.#escapedInQuotes();
      else out += char;
    }
  }

  /** Between double quotes a backslash only takes the meaning of what has one there. */
  #escapedInQuotes(): string {
    const char = this.#text[this.#at] ?? '';
    if (!'"$\\'.includes(char)) return '\\';
    this.#at++;
    return char;
  }

  #variable(): string {
    if (this.#text[this.#at] === '{') return this.#braced();
    const name = /^[a-zA-Z_][a-zA-Z0-9_]*/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0];
    if (name === undefined) return '$';
    this.#at += name.length;
    return this.#lookup(name) ?? '';
  }

  #braced(): string {
    const head = /^\{([a-zA-Z_][a-zA-Z0-9_]*)(\}|:?[-+?])/.exec(this.#text.slice(this.#at, this.#at + 256));
    if (head === null) throw invalid('syntax error: bad substitution');
    const [all, name = '', how = ''] = head;
    this.#at += all.length;
    const value = this.#lookup(name);
    if (how === '}') return value ?? '';
    const word = this.until('}');
    if (!this.skip()) throw invalid('syntax error: missing "}"');
    const isSet = how.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    if (how.endsWith('+')) return isSet ? word : '';
    if (isSet) return value ?? '';
    if (how.endsWith('-')) return word;
    throw invalid(`${name}: ${word || 'not allowed to be unset'}`);
  }
}

/** Takes quotes and escapes off and puts variables in. */
export const expand = (text: string, lookup: Lookup): string => new Expander(text, lookup).until('\0');
