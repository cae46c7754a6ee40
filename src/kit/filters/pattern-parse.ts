/** Text of a regular expression → tree. See `pattern.ts` for the syntax. */
type Test = (code: number) => boolean;

export type Node =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'assert'; readonly holds: (before: number, after: number) => boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'either'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };

/** RE2 refuses repeat counts above this too. */
const MAX_COUNT = 1000;
const MAX_DEPTH = 100;

const between = (from: string, to: string): Test => {
  const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
  return (code) => code >= low && code <= high;
};
const digit = between('0', '9');
const lower = between('a', 'z');
const upper = between('A', 'Z');
const word: Test = (code) => digit(code) || lower(code) || upper(code) || code === 0x5f;
const space: Test = (code) => code === 0x20 || (code >= 9 && code <= 13 && code !== 11);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const any =
  (tests: readonly Test[]): Test =>
  (code) =>
    tests.some((test) => test(code));

const classes: Readonly<Record<string, Test>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const posix: ReadonlyMap<string, Test> = new Map([
  ['alpha', any([lower, upper])],
  ['digit', digit],
  ['alnum', any([lower, upper, digit])],
  ['lower', lower],
  ['upper', upper],
  ['space', any([space, (code) => code === 11])],
  ['word', word],
  ['xdigit', any([digit, between('a', 'f'), between('A', 'F')])],
  ['punct', any([between('!', '/'), between(':', '@'), between('[', '`'), between('{', '~')])],
]);
const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

class Malformed extends Error {}

class Parser {
  readonly #chars: readonly string[];
  #at = 0;
  #ignoreCase = false;
  #depth = 0;

  constructor(source: string) {
    this.#chars = Array.from(source);
  }

  whole(): Node {
    if (this.#chars.slice(0, 4).join('') === '(?i)') {
      this.#ignoreCase = true;
      this.#at = 4;
    }
    const node = this.#either();
    if (this.#at < this.#chars.length) throw new Malformed();
    return node;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new Malformed();
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #either(): Node {
    if (++this.#depth > MAX_DEPTH) throw new Malformed();
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.reduce((left, right) => ({ kind: 'either', left, right }));
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (let char = this.#peek(); char !== undefined && char !== '|' && char !== ')'; char = this.#peek()) {
      items.push(this.#repeated(this.#atom()));
    }
    return { kind: 'sequence', items };
  }

  #repeated(item: Node): Node {
    const count = this.#count();
    if (count === undefined) return item;
    // Lazy or greedy: which of them matters only for what is captured.
    this.#take('?');
    if (this.#count() !== undefined) throw new Malformed();
    return { kind: 'repeat', item, ...count };
  }

  #count(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (this.#peek() !== '{') return undefined;
    const found = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(
      this.#chars.slice(this.#at, this.#at + 12).join(''),
    );
    if (found === null) return undefined;
    const [text, low = '', comma, high] = found;
    const min = Number(low);
    const max = comma === undefined ? min : high === undefined ? Number.POSITIVE_INFINITY : Number(high);
    if (min > MAX_COUNT || (max !== Number.POSITIVE_INFINITY && (max > MAX_COUNT || max < min))) {
      throw new Malformed();
    }
    this.#at += text.length;
    return { min, max };
  }

  #atom(): Node {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', test: this.#set() };
      case '.':
        return { kind: 'char', test: (code) => code !== 10 };
      case '^':
        return { kind: 'assert', holds: (before) => before < 0 };
      case '$':
        return { kind: 'assert', holds: (_before, after) => after < 0 };
      case '*':
      case '+':
      case '?':
        throw new Malformed();
      case '\\':
        return this.#escaped();
      default:
        return { kind: 'char', test: this.#literal(char) };
    }
  }

  #group(): Node {
    if (this.#take('?')) {
      // Names of groups mean nothing to a yes-or-no answer; flags inside would.
      const rest = this.#chars.slice(this.#at, this.#at + 64).join('');
      const prefix = /^(?::|P?<[a-zA-Z0-9_]+>)/.exec(rest);
      if (prefix === null) throw new Malformed();
      this.#at += prefix[0].length;
    }
    const node = this.#either();
    if (!this.#take(')')) throw new Malformed();
    return node;
  }

  #escaped(): Node {
    const char = this.#next();
    const test = classes[char];
    if (test !== undefined) return { kind: 'char', test };
    const boundary = (before: number, after: number): boolean => word(before) !== word(after);
    if (char === 'b') return { kind: 'assert', holds: boundary };
    if (char === 'B') return { kind: 'assert', holds: (before, after) => !boundary(before, after) };
    if (char === 'A') return { kind: 'assert', holds: (before) => before < 0 };
    if (char === 'z') return { kind: 'assert', holds: (_before, after) => after < 0 };
    return { kind: 'char', test: this.#literal(this.#escapedChar(char)) };
  }

  #escapedChar(char: string): string {
    const control = controls[char];
    if (control !== undefined) return String.fromCodePoint(control);
    if (char === 'x') {
      const found = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(
        this.#chars.slice(this.#at, this.#at + 8).join(''),
      );
      const code = Number.parseInt(found?.[1] ?? found?.[2] ?? '', 16);
      if (found === null || !(code <= 0x10ffff)) throw new Malformed();
      this.#at += found[0].length;
      return String.fromCodePoint(code);
    }
    if (/[a-zA-Z0-9]/.test(char)) throw new Malformed();
    return char;
  }

  #literal(char: string): Test {
    const wanted = char.codePointAt(0);
    if (!this.#ignoreCase) return (code) => code === wanted;
    const folded = char.toLowerCase();
    return (code) => code >= 0 && String.fromCodePoint(code).toLowerCase() === folded;
  }

  #set(): Test {
    const negated = this.#take('^');
    const tests: Test[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) tests.push(this.#setItem());
    this.#at++;
    const test = any(tests);
    return negated ? not(test) : test;
  }

  #setItem(): Test {
    const named = /^\[:(\^?)([a-z]+):\]/.exec(this.#chars.slice(this.#at, this.#at + 12).join(''));
    if (named !== null) {
      const test = posix.get(named[2] ?? '');
      if (test === undefined) throw new Malformed();
      this.#at += named[0].length;
      return named[1] === '^' ? not(test) : test;
    }
    let low = this.#next();
    if (low === '\\') {
      const char = this.#next();
      const test = classes[char];
      if (test !== undefined) return test;
      low = this.#escapedChar(char);
    }
    const next = this.#chars[this.#at + 1];
    if (this.#peek() !== '-' || next === undefined || next === ']') return this.#literal(low);
    this.#at++;
    let high = this.#next();
    if (high === '\\') high = this.#escapedChar(this.#next());
    if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0)) throw new Malformed();
    const range = between(low, high);
    if (!this.#ignoreCase) return range;
    return (code) =>
      code >= 0 &&
      [String.fromCodePoint(code).toLowerCase(), String.fromCodePoint(code).toUpperCase()].some((char) =>
        range(char.codePointAt(0) ?? 0),
      );
  }
}

/** Undefined where the text is no pattern. */
export function parsePattern(source: string): Node | undefined {
  try {
    return new Parser(source).whole();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
