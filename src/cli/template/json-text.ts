import { Method, Row, type Value } from './value.ts';

/** JSON as Go's encoder writes it: no spaces; `<`, `>`, `&` as escapes in rows of listings, as they are elsewhere. */
export function jsonText(value: Value, escapeHtml = false): string {
  if (value === null || value instanceof Method) return 'null';
  if (typeof value === 'string') return jsonString(value, escapeHtml);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Row) return rowJson(value);
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, escapeHtml)).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${jsonString(key, escapeHtml)}:${jsonText(item, escapeHtml)}`)
    .join(',')}}`;
}

function rowJson(row: Row): string {
  const names = Object.keys(row.fields)
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
