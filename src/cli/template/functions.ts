import { jsonText } from './json-text.ts';
import { printf } from './printf.ts';
import { zeroOf } from './struct.ts';
import { isList, isMap, Method, print, Shown, truthy, typeName, type Value } from './value.ts';

export type TemplateFunction = (...args: readonly Value[]) => Value;

const need = (args: readonly Value[], count: number): void => {
  if (args.length < count) throw new Error(`wrong number of args: want at least ${count} got ${args.length}`);
};

const asText = (value: Value | undefined): string => {
  if (typeof value !== 'string')
    throw new Error(`wrong type for value; expected string; got ${typeName(value ?? null)}`);
  return value;
};

const asInt = (value: Value | undefined): number => {
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw new Error(`wrong type for value; expected int; got ${typeName(value ?? null)}`);
  return Number(value);
};

const isNumber = (value: Value): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

const plain = (value: Value): Value => (value instanceof Shown ? value.value : value);

function equal(left: Value, right: Value): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (isNumber(a) && isNumber(b))
    return BigInt(Math.trunc(Number(a))) === BigInt(Math.trunc(Number(b))) && Number(a) === Number(b);
  if (a === null || b === null) return a === b;
  if (typeof a !== typeof b) throw new Error('incompatible types for comparison');
  if (typeof a === 'object') throw new Error('non-comparable type');
  return a === b;
}

function less(left: Value, right: Value): boolean {
  const [a, b] = [plain(left), plain(right)];
  if (isNumber(a) && isNumber(b)) return a < b;
  if (typeof a === 'string' && typeof b === 'string')
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  if (typeof a === 'boolean' || typeof b === 'boolean') throw new Error('invalid type for comparison');
  throw new Error('incompatible types for comparison');
}

function lengthOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new Error(`len of type ${typeName(value)}`);
}

function indexInto(value: Value, keys: readonly Value[]): Value {
  let current = value;
  for (const key of keys) {
    if (current === null) throw new Error('index of untyped nil');
    if (isMap(current)) {
      current = current[asText(key)] ?? zeroOf(current);
      continue;
    }
    const at = asInt(key);
    if (!isList(current) && typeof current !== 'string')
      throw new Error(`can't index item of type ${typeName(current)}`);
    if (at < 0 || at >= current.length) throw new Error(`index out of range: ${at}`);
    current = typeof current === 'string' ? (Buffer.from(current)[at] ?? 0) : (current[at] ?? null);
  }
  return current;
}

function sliceOf(value: Value, indices: readonly Value[]): Value {
  const [from = 0, to] = indices.map(asInt);
  if (typeof value !== 'string' && !isList(value))
    throw new Error(`can't slice item of type ${typeName(value)}`);
  const end = to ?? value.length;
  if (from < 0 || end > value.length)
    throw new Error(`index out of range: ${end > value.length ? end : from}`);
  if (from > end) throw new Error(`invalid slice index: ${from} > ${end}`);
  return value.slice(from, end);
}

const queryEscape = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const html: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

/** Adjoining operands get a space where neither is a string, as fmt.Sprint does it. */
function sprint(args: readonly Value[]): string {
  let text = '';
  args.forEach((value, index) => {
    const before = args[index - 1];
    if (index > 0 && typeof value !== 'string' && typeof before !== 'string') text += ' ';
    text += print(value);
  });
  return text;
}

/** The functions of text/template and those that Docker adds. `and` and `or` are short-circuited by the executor. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((value) => !truthy(value)) ?? args.at(-1) ?? null,
  or: (...args) => args.find(truthy) ?? args.at(-1) ?? null,
  not: (value = null) => !truthy(value),
  len: (value = null) => lengthOf(value),
  index: (value = null, ...keys) => indexInto(value, keys),
  slice: (value = null, ...indices) => sliceOf(value, indices),
  print: (...args) => sprint(args),
  println: (...args) => `${args.map(print).join(' ')}\n`,
  printf: (format, ...args) => printf(asText(format), args),
  html: (...args) => sprint(args).replace(/[&<>"']/g, (character) => html[character] ?? character),
  js: (...args) =>
    sprint(args).replace(/[\\'"<>&=\n\r\t]/g, (character) =>
      '\\\'"'.includes(character)
        ? `\\${character}`
        : character === '\n'
          ? '\\n'
          : character === '\r'
            ? '\\r'
            : character === '\t'
              ? '\\t'
              : `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    ),
  urlquery: (...args) => queryEscape(sprint(args)),
  call: (target, ...args) => {
    if (!(target instanceof Method)) throw new Error('call of non-function');
    return target.call(...args);
  },
  eq: (first = null, ...others) => {
    if (others.length === 0) throw new Error('missing argument for comparison');
    return others.some((other) => equal(first, other));
  },
  ne: (a = null, b = null) => !equal(a, b),
  lt: (a = null, b = null) => less(a, b),
  le: (a = null, b = null) => less(a, b) || equal(a, b),
  gt: (a = null, b = null) => !less(a, b) && !equal(a, b),
  ge: (a = null, b = null) => !less(a, b),
  json: (value = null) => jsonText(value),
  split: (text, separator) => {
    const [whole, between] = [asText(text), asText(separator)];
    return between === '' ? [...whole] : whole.split(between);
  },
  join: (items = null, separator = '') => {
    if (items !== null && !isList(items))
      throw new Error(`wrong type for value; expected []string; got ${typeName(items)}`);
    return (items ?? []).map(print).join(asText(separator));
  },
  title: (text) =>
    asText(text).replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_whole, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  lower: (text) => asText(text).toLowerCase(),
  upper: (text) => asText(text).toUpperCase(),
  pad: (text, before, after) =>
    asText(text) === ''
      ? ''
      : ' '.repeat(Math.max(0, asInt(before))) + asText(text) + ' '.repeat(Math.max(0, asInt(after))),
  truncate: (text, length) => {
    need([text ?? null, length ?? null], 2);
    return Buffer.from(asText(text)).subarray(0, asInt(length)).toString();
  },
};

/** How many arguments functions take that take a fixed number. */
export const arities: Readonly<Record<string, number>> = {
  not: 1,
  len: 1,
  json: 1,
  split: 2,
  join: 2,
  title: 1,
  lower: 1,
  upper: 1,
  pad: 3,
  truncate: 2,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
};

export const functionNames: ReadonlySet<string> = new Set(Object.keys(functions));
