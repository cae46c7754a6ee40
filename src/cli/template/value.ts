/** What templates work on: JSON, rows of a listing, and what is missing. */
export class Row {
  /** Go's name of the type, for messages. */
  readonly typeName: string;
  readonly fields: Readonly<Record<string, RowField>>;
  /** Which of the fields are printed, and in what order; absent: all. */
  readonly order?: readonly string[];
  /** Those that JSON has; absent: all. */
  readonly inJson?: readonly string[];

  constructor(typeName: string, fields: Readonly<Record<string, RowField>>, inJson?: readonly string[]) {
    this.typeName = typeName;
    this.fields = fields;
    if (inJson !== undefined) this.inJson = inJson;
  }

  get(name: string): Value {
    const field = this.fields[name];
    return typeof field === 'function' ? field() : (field ?? null);
  }
}

/** A value, one that is worked out when asked for, or a method with arguments. */
export type RowField = Value | (() => Value) | Method;

export class Method {
  readonly call: (...args: readonly Value[]) => Value;
  constructor(call: (...args: readonly Value[]) => Value) {
    this.call = call;
  }
}

/** A value with a text of its own: a duration, a time. `value` is what JSON and functions see. */
export class Shown {
  readonly text: string;
  readonly value: string | number;
  constructor(text: string, value: string | number) {
    this.text = text;
    this.value = value;
  }
}

export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Value[]
  | Row
  | Method
  | Shown
  | { readonly [key: string]: Value };

/** A key that a map does not have. */
export const missing: unique symbol = Symbol('missing');

export const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Row) &&
  !(value instanceof Method) &&
  !(value instanceof Shown);

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Go's truth: zero values are false, and empty lists and maps. */
export function truthy(value: Value): boolean {
  if (value instanceof Shown) return value.value !== 0;
  if (value === null || value === false || value === 0 || value === '' || value === 0n) return false;
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return true;
}

/** Go's `%v` of a float64 or an integer. */
export function printNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return BigInt(value).toString();
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= 21) {
    const [mantissa = '', power = '0'] = value.toExponential().split('e');
    return `${mantissa}e${power.startsWith('-') ? '-' : '+'}${Math.abs(Number(power)).toString().padStart(2, '0')}`;
  }
  return String(value);
}

/** Go's `%v`. */
export function print(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return printNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(print).join(' ')}]`;
  if (value instanceof Row) return printRow(value);
  if (value instanceof Method) return '<method>';
  if (value instanceof Shown) return value.text;
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${print(value[key] ?? null)}`)
    .join(' ')}]`;
}

const printRow = (row: Row): string =>
  `{${(row.order ?? Object.keys(row.fields))
    .filter((name) => !(row.fields[name] instanceof Method))
    .map((name) => print(row.get(name)))
    .join(' ')}}`;

/** Go's name of a value's type, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'interface {}';
  if (value instanceof Row) return value.typeName;
  if (isList(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  if (typeof value === 'number' || typeof value === 'bigint')
    return Number.isInteger(value) || typeof value === 'bigint' ? 'int' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
