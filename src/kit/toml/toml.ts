/**
 * The part of TOML 1.0 that settings of registries are written in: tables, dotted and quoted keys, strings on one
 * line, booleans, whole numbers, arrays. What is not in that part is refused with the line that it stands on.
 */
import { invalid, type MinkeError } from '../../errors/minke-error.ts';

export type TomlValue = string | boolean | number | TomlValue[] | TomlTable;
export type TomlTable = Map<string, TomlValue>;

const MAX_DEPTH = 16;
const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  wrong(what: string): MinkeError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return invalid(`line ${line}: ${what}`);
  }

  expect(pattern: RegExp, what: string): string {
    const found = this.take(pattern);
    if (found === undefined) throw this.wrong(`${what} expected`);
    return found;
  }

  /** Blanks, and with `lines` also line ends and comments. */
  skip(lines: boolean): void {
    this.take(lines ? /(?:[ \t\r\n]+|#[^\n]*)*/y : /[ \t]*/y);
  }
}

function unescaped(reader: Reader, body: string): string {
  return body.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g, (_, four, eight, one) => {
    const code = four ?? eight;
    const text = code === undefined ? escapes[one] : characterOf(Number.parseInt(code, 16));
    if (text === undefined) throw reader.wrong('an escape that is none');
    return text;
  });
}

const characterOf = (code: number): string | undefined =>
  code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code);

function string(reader: Reader): string | undefined {
  if (reader.take(/"""|'''/y) !== undefined)
    throw reader.wrong('strings over several lines are not supported');
  const literal = reader.take(/'[^'\n]*'/y);
  if (literal !== undefined) return literal.slice(1, -1);
  const basic = reader.take(/"(?:[^"\\\n]|\\[^\n])*"/y);
  return basic === undefined ? undefined : unescaped(reader, basic.slice(1, -1));
}

function key(reader: Reader): string[] {
  const parts: string[] = [];
  do {
    reader.skip(false);
    const part = reader.take(/[A-Za-z0-9_-]+/y) ?? string(reader);
    if (part === undefined) throw reader.wrong('a key expected');
    parts.push(part);
    reader.skip(false);
  } while (reader.take(/\./y) !== undefined);
  if (parts.length > MAX_DEPTH) throw reader.wrong('tables too deep');
  return parts;
}

function value(reader: Reader, depth: number): TomlValue {
  const text = string(reader);
  if (text !== undefined) return text;
  const word = reader.take(/true\b|false\b/y);
  if (word !== undefined) return word === 'true';
  if (reader.take(/\[/y) !== undefined) return array(reader, depth + 1);
  const digits = reader.take(/[+-]?(?:0|[1-9](?:_?\d)*)(?![\d.:_eExob-])/y)?.replaceAll('_', '');
  if (digits !== undefined && Number.isSafeInteger(Number(digits))) return Number(digits);
  throw reader.wrong('a string, true, false, a whole number or an array expected');
}

function array(reader: Reader, depth: number): TomlValue[] {
  if (depth > MAX_DEPTH) throw reader.wrong('arrays too deep');
  const items: TomlValue[] = [];
  for (;;) {
    reader.skip(true);
    if (reader.take(/\]/y) !== undefined) return items;
    items.push(value(reader, depth));
    reader.skip(true);
    if (reader.take(/,/y) === undefined) {
      reader.expect(/\]/y, '"," or "]"');
      return items;
    }
  }
}

function tableAt(reader: Reader, from: TomlTable, path: readonly string[]): TomlTable {
  let table = from;
  for (const name of path) {
    const next = table.get(name) ?? new Map<string, TomlValue>();
    if (!(next instanceof Map)) throw reader.wrong(`${JSON.stringify(name)} is no table`);
    table.set(name, next);
    table = next;
  }
  return table;
}

/** Throws `invalid`, naming the line. */
export function parseToml(text: string): TomlTable {
  const root: TomlTable = new Map();
  const opened = new Set<string>();
  const reader = new Reader(text.replace(/^\ufeff/, ''));
  let table = root;
  for (;;) {
    reader.skip(true);
    if (reader.done) return root;
    if (reader.take(/\[/y) !== undefined) {
      if (reader.take(/\[/y) !== undefined) throw reader.wrong('arrays of tables are not supported');
      const path = key(reader);
      reader.expect(/\]/y, '"]"');
      const id = JSON.stringify(path);
      if (opened.has(id)) throw reader.wrong('a table that was there before');
      opened.add(id);
      table = tableAt(reader, root, path);
    } else {
      const path = key(reader);
      reader.expect(/=/y, '"="');
      reader.skip(false);
      const name = path.pop() ?? '';
      const target = tableAt(reader, table, path);
      if (target.has(name)) throw reader.wrong(`a second ${JSON.stringify(name)}`);
      target.set(name, value(reader, 0));
    }
    reader.skip(false);
    if (!reader.done) reader.expect(/(?:#[^\n]*)?(?:\r?\n|$)/y, 'the end of the line');
  }
}
