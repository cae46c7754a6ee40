import { isNil, Struct } from './struct.ts';
import { isList, isMap, Method, Row, Shown, type Value } from './value.ts';

/** JSON as Go's encoder writes it: no spaces; `<`, `>`, `&` as escapes in rows of listings, as they are elsewhere. */
export function jsonText(value: Value, escapeHtml = false): string {
  if (isNil(value) || value === null || value instanceof Method) return 'null';
  if (typeof value === 'string') return jsonString(value, escapeHtml);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Shown) return jsonText(value.value, escapeHtml);
  if (value instanceof Struct) return `{${structPairs(value, escapeHtml).join(',')}}`;
  if (value instanceof Row) return rowJson(value);
  if (isList(value)) return `[${value.map((item) => jsonText(item, escapeHtml)).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${jsonString(key, escapeHtml)}:${jsonText(item, escapeHtml)}`)
    .join(',')}}`;
}

function structPairs(struct: Struct, escapeHtml: boolean): string[] {
  return struct.members.flatMap(({ key, value, omitEmpty, embedded }) => {
    if (embedded && value instanceof Struct) return structPairs(value, escapeHtml);
    if (key === undefined || (omitEmpty && isEmpty(value))) return [];
    return [`${jsonString(key, escapeHtml)}:${jsonText(value, escapeHtml)}`];
  });
}

/** What `omitempty` leaves out: structures never. */
function isEmpty(value: Value): boolean {
  if (value instanceof Shown) return value.value === 0;
  if (isList(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === null || value === '' || value === 0 || value === 0n || value === false;
}

function rowJson(row: Row): string {
  const names = (row.inJson ?? Object.keys(row.fields))
    .filter((name) => !(row.fields[name] instanceof Method))
    .sort();
  return `{${names.map((name) => `${jsonString(name, true)}:${jsonText(row.get(name), true)}`).join(',')}}`;
}

function jsonString(value: string, escapeHtml: boolean): string {
  const quoted = JSON.stringify(value)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\x7f', '\x7f');
  return escapeHtml
    ? quoted.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026')
    : quoted;
}
