/** What a server wants to see before it answers: `WWW-Authenticate`, RFC 9110, 11.6.1. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case; of a name that comes twice the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What is longer says nothing that we could use. */
const MAX_LENGTH = 16 << 10;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const blank = /[ \t]*/y;
const commas = /[ \t]*(?:,[ \t]*)*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  get at(): number {
    return this.#at;
  }

  back(at: number): void {
    this.#at = at;
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** `name=value` at the cursor; undefined, and the cursor where it was, where there is none. */
function parameter(cursor: Cursor): [string, string] | undefined {
  const start = cursor.at;
  const name = cursor.take(token)?.[0];
  cursor.take(blank);
  if (name !== undefined && cursor.takeText('=')) {
    cursor.take(blank);
    const inQuotes = cursor.take(quoted)?.[1];
    if (inQuotes !== undefined) return [name.toLowerCase(), inQuotes.replace(/\\(.)/g, '$1')];
    const plain = cursor.take(token)?.[0];
    if (plain !== undefined) return [name.toLowerCase(), plain];
  }
  cursor.back(start);
  return undefined;
}

/** All challenges of a header; reading stops at what is no challenge. Linear in its length. */
export function parseChallenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  const cursor = new Cursor(header.slice(0, MAX_LENGTH));
  for (;;) {
    cursor.take(commas);
    const scheme = cursor.take(token)?.[0].toLowerCase();
    if (scheme === undefined) return found;
    const parameters = new Map<string, string>();
    const separated = cursor.take(/[ \t]+/y) !== null;
    if (separated && cursor.take(token68) === null) {
      for (let pair = parameter(cursor); pair !== undefined; ) {
        if (!parameters.has(pair[0])) parameters.set(...pair);
        const behind = cursor.at;
        cursor.take(commas);
        pair = parameter(cursor);
        if (pair === undefined) cursor.back(behind);
      }
    }
    found.push({ scheme, parameters });
    cursor.take(blank);
    if (!cursor.done && !cursor.takeText(',')) return found;
  }
}
