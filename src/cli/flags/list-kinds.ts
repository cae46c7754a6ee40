import type { Kind } from './kind.ts';

/** Each occurrence is one value, after `check` (which may change it or throw). */
export const listOf = (check: (value: string) => string, typeName = 'list'): Kind<readonly string[]> => ({
  typeName,
  zero: [],
  parse: (raw, before) => [...before, check(raw)],
  show: (value) => (value.length === 0 ? undefined : `[${value.join(',')}]`),
});

export const list = listOf((value) => value);

/** One line of comma separated values with double quotes, as Go's csv reader takes it. */
export function splitCsv(raw: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= raw.length) {
    if (raw[at] === '"') {
      let field = '';
      at++;
      for (;;) {
        const quote = raw.indexOf('"', at);
        if (quote < 0)
          throw new Error(
            `parse error on line 1, column ${Buffer.byteLength(raw) + 1}: extraneous or missing " in quoted-field`,
          );
        field += raw.slice(at, quote);
        at = quote + 1;
        if (raw[at] !== '"') break;
        field += '"';
        at++;
      }
      if (at < raw.length && raw[at] !== ',')
        throw new Error(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`);
      fields.push(field);
    } else {
      const comma = raw.indexOf(',', at);
      const field = raw.slice(at, comma < 0 ? raw.length : comma);
      const quote = field.indexOf('"');
      if (quote >= 0)
        throw new Error(`parse error on line 1, column ${at + quote + 1}: bare " in non-quoted-field`);
      fields.push(field);
      at += field.length;
    }
    if (at >= raw.length) break;
    at++; // the comma
    if (at === raw.length) {
      fields.push('');
      break;
    }
  }
  return fields;
}

/** Comma separated values, the first occurrence replacing the default. */
export const sliceOf = (check: (value: string) => string, typeName = 'strings'): Kind<readonly string[]> => ({
  typeName,
  zero: [],
  parse: (raw, before, first) => {
    const values = raw === '' ? [] : splitCsv(raw).map(check);
    return first ? values : [...before, ...values];
  },
  show: (value) => (value.length === 0 ? undefined : `[${value.join(',')}]`),
});

export const slice = sliceOf((value) => value);

/** `key=value`, each occurrence one pair; without `=` the value is empty. */
export const mapOf = (check: (value: string) => string): Kind<ReadonlyMap<string, string>> => ({
  typeName: 'map',
  zero: new Map(),
  parse: (raw, before) => {
    const pair = check(raw);
    const equals = pair.indexOf('=');
    return new Map(before).set(
      equals < 0 ? pair : pair.slice(0, equals),
      equals < 0 ? '' : pair.slice(equals + 1),
    );
  },
  show: () => 'map[]',
});

export const map = mapOf((value) => value);

/** `k=v,k2=v2`, pairs needing their `=`. */
export const pairs: Kind<ReadonlyMap<string, string>> = {
  typeName: 'stringToString',
  zero: new Map(),
  parse: (raw, before) => {
    const made = new Map(before);
    for (const pair of splitCsv(raw)) {
      const equals = pair.indexOf('=');
      if (equals < 0) throw new Error(`${pair} must be formatted as key=value`);
      made.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return made;
  },
  show: () => '[]',
};

/** Docker's `--filter name=value`, collected by name. */
export const filter: Kind<ReadonlyMap<string, readonly string[]>> = {
  typeName: 'filter',
  zero: new Map(),
  parse: (raw, before) => {
    if (raw === '') return before;
    const equals = raw.indexOf('=');
    if (equals < 0) throw new Error('bad format of filter (expected name=value)');
    const name = raw.slice(0, equals).trim().toLowerCase();
    const value = raw.slice(equals + 1).trim();
    return new Map(before).set(name, [...(before.get(name) ?? []), value]);
  },
};
