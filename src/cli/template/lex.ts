/** Tokens of a Go template (text/template): text outside of actions, and the words inside of `{{ }}`. */
export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'string'
  | 'number'
  | 'char'
  | 'name'
  | 'field'
  | 'variable'
  | 'dot'
  | 'pipe'
  | 'left'
  | 'right'
  | 'declare'
  | 'assign'
  | 'comma';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  /** Offset in the template. */
  readonly at: number;
  /** White space before it, inside of an action. */
  readonly spaced: boolean;
}

/** A template that can't be parsed, or one that can't be executed; the message as Go's. */
export class TemplateError extends Error {}

export const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;

const fail = (source: string, at: number, reason: string): never => {
  throw new TemplateError(`template: :${lineOf(source, at)}: ${reason}`);
};

/** Cuts a template into tokens. Throws `TemplateError`. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    let body = source.slice(at, open < 0 ? source.length : open);
    if (trimNext) body = body.replace(/^[ \t\r\n]+/, '');
    const trimBefore = open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    if (trimBefore) body = body.replace(/[ \t\r\n]+$/, '');
    if (body !== '') tokens.push({ kind: 'text', value: body, at, spaced: false });
    if (open < 0) break;
    at = open + 2 + (trimBefore ? 1 : 0);
    const comment = /^[ \t\r\n]*\/\*/.exec(source.slice(at));
    if (comment !== null) {
      const end = source.indexOf('*/', at);
      if (end < 0) fail(source, at, 'unclosed comment');
      const close = /^([ \t\r\n]+-)?\}\}/.exec(source.slice(end + 2));
      if (close === null) return fail(source, at, 'comment ends before closing delimiter');
      trimNext = close[1] !== undefined;
      at = end + 2 + close[0].length;
      continue;
    }
    tokens.push({ kind: 'open', value: '{{', at: open, spaced: false });
    [at, trimNext] = lexAction(source, at, tokens);
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The value of a quoted Go literal. */
export function unquote(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  return literal
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
      (whole, hex?: string, short?: string, long?: string, octal?: string, plain?: string) => {
        const digits = hex ?? short ?? long;
        if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
        return escapes[plain ?? ''] ?? whole;
      },
    );
}

const words: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\.)+'/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)(?![\p{L}_\d])/uy,
  ],
  ['variable', /\$[\p{L}_\d]*/uy],
  ['field', /\.[\p{L}_][\p{L}_\d]*/uy],
  ['name', /[\p{L}_][\p{L}_\d]*/uy],
  ['dot', /\./y],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['left', /\(/y],
  ['right', /\)/y],
  ['comma', /,/y],
];

function lexAction(source: string, start: number, tokens: Token[]): [number, boolean] {
  let at = start;
  for (;;) {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = at;
    const spaced = (space.exec(source)?.[0] ?? '') !== '';
    const from = at;
    at = space.lastIndex;
    if (spaced && source.startsWith('-}}', at)) {
      tokens.push({ kind: 'close', value: '}}', at, spaced });
      return [at + 3, true];
    }
    if (source.startsWith('}}', at)) {
      tokens.push({ kind: 'close', value: '}}', at, spaced });
      return [at + 2, false];
    }
    if (at >= source.length) fail(source, from, 'unclosed action');
    let found = false;
    for (const [kind, pattern] of words) {
      pattern.lastIndex = at;
      const value = pattern.exec(source)?.[0];
      if (value === undefined) continue;
      tokens.push({ kind, value, at, spaced });
      at += value.length;
      found = true;
      break;
    }
    if (!found) unexpected(source, at);
  }
}

function unexpected(source: string, at: number): never {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === '"') return fail(source, at, 'unterminated quoted string');
  if (character === '`') return fail(source, at, 'unterminated raw quoted string');
  if (character === "'") return fail(source, at, 'unterminated character constant');
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return fail(source, at, `unrecognized character in action: U+${code} '${character}'`);
}
