/**
 * What one query parameter means. Each field is data (`kind`, for the reference pages) and a pure reader of the
 * values that the query holds for it; `undefined` where the name is not there at all.
 */
import { invalid } from '../../errors/minke-error.ts';
import { type Filters, parseFilters } from './filters.ts';
import type { Query } from './query.ts';
import { parseTimestamp } from './timestamp.ts';

export interface Field<T> {
  readonly kind: string;
  read(values: readonly string[] | undefined, name: string): T;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type FieldValues<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export function readFields<F extends Fields>(fields: F, query: Query): FieldValues<F> {
  const values: Record<string, unknown> = {};
  for (const name in fields) values[name] = fields[name]?.read(query.get(name), name);
  return values as FieldValues<F>; // each value was read by the field of that name
}

const falseWords = new Set(['', '0', 'no', 'false', 'none']);

/** Docker's rule: anything but a handful of words is true. `absent` counts where the name is not there. */
export const flag = (absent = false): Field<boolean> => ({
  kind: 'boolean',
  read: (values) => (values === undefined ? absent : !falseWords.has((values[0] ?? '').trim().toLowerCase())),
});

const boolWords = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['', '0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

/** As Go's `strconv.ParseBool`, for the few parameters where Docker is strict. */
export const strictFlag: Field<boolean> = {
  kind: 'boolean',
  read: (values, name) => {
    const word = values?.[0] ?? '';
    const value = boolWords.get(word);
    if (value !== undefined) return value;
    const quoted = JSON.stringify(word);
    throw invalid(`invalid value for ${name}: ${word}: strconv.ParseBool: parsing ${quoted}: invalid syntax`);
  },
};

/** The first value; '' where absent. */
export const text: Field<string> = { kind: 'string', read: (values) => values?.[0] ?? '' };

/** The first value; undefined where absent or empty. */
export const optionalText: Field<string | undefined> = {
  kind: 'string',
  read: (values) => values?.[0] || undefined,
};

/** All values of a name that may repeat. */
export const texts: Field<readonly string[]> = { kind: 'strings', read: (values) => values ?? [] };

/** @param told what stands before the reason where the word is no integer; its `%` stands for the word */
export const integerTold = (told: string): Field<number | undefined> => ({
  kind: 'integer',
  read: (values) => {
    const word = values?.[0] ?? '';
    if (word === '') return undefined;
    const value = /^[+-]?\d{1,16}$/.test(word) ? Number(word) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    throw invalid(
      `${told.replace('%', () => word)}strconv.Atoi: parsing ${JSON.stringify(word)}: invalid syntax`,
    );
  },
});

/** A decimal integer; undefined where absent or empty. */
export const integer: Field<number | undefined> = integerTold('');

/** A size of a terminal; required. @param what "height" or "width", for the message */
export const terminalSize = (what: 'height' | 'width'): Field<number> => ({
  kind: 'integer',
  read: (values) => {
    const word = values?.[0] ?? '';
    const digits = /^-?\d+$/.test(word);
    const value = digits ? Number(word) : Number.NaN;
    if (value >= 0 && value <= 0xffffffff) return value;
    const reason = digits ? 'value out of range' : 'invalid syntax';
    throw invalid(`invalid resize ${what} ${JSON.stringify(word)}: ${reason}`);
  },
});

/** `{"name":{"value":true}}` or `{"name":["value"]}`. */
export const filters: Field<Filters> = {
  kind: 'filters',
  read: (values) => parseFilters(values?.[0] ?? ''),
};

/** Unix seconds with up to nine decimals, as nanoseconds; undefined where absent or empty. */
export const timestamp: Field<bigint | undefined> = {
  kind: 'timestamp',
  read: (values, name) => {
    const word = values?.[0] ?? '';
    return word === '' ? undefined : parseTimestamp(word, name);
  },
};
