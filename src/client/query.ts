import { invalid } from '../errors/minke-error.ts';

/** A value of a query: absent ones are left out, lists repeat the name. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** Docker's filters, name to values; sent as `{"label":{"a=b":true}}`. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/** `?a=1&b=x`, or an empty string; names in order, as Go's `url.Values.Encode` has them. */
export function encodeQuery(query: Query): string {
  const parts: string[] = [];
  for (const name of Object.keys(query).sort()) {
    const value = query[name];
    if (value === undefined) continue;
    if (typeof value === 'object') for (const item of value) parts.push(`${name}=${encode(item)}`);
    else if (typeof value === 'boolean') parts.push(`${name}=${value ? '1' : '0'}`);
    else parts.push(`${name}=${encode(String(value))}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

const encode = (value: string): string => encodeURIComponent(value).replaceAll('%20', '+');

/** The `filters` parameter; `undefined` when there are none. */
export function encodeFilters(filters: Filters | undefined): string | undefined {
  if (filters === undefined || filters.size === 0) return undefined;
  const made: Record<string, Record<string, true>> = {};
  for (const name of [...filters.keys()].sort()) {
    const values: Record<string, true> = {};
    for (const value of [...(filters.get(name) ?? [])].sort()) values[value] = true;
    made[name] = values;
  }
  return JSON.stringify(made);
}

const segment = (name: string): string => encodeURIComponent(name).replaceAll('%3A', ':');

/**
 * The name or id of an object as one path segment. The slash that stands in front of a container's name in `inspect`
 * may be typed, and is none of the path's. Throws `invalid` for an empty one, which would lead to another route: a
 * script may ask for a variable that is not set.
 */
export function namePath(kind: string, name: string): string {
  const trimmed = name.trim().replace(/^\//, '');
  if (trimmed === '') throw invalid(`invalid ${kind} name or ID: value is empty`);
  return segment(trimmed);
}

/** The name of an image, whose slashes stay. Throws `invalid` for one that would lead to another route. */
export function imagePath(name: string): string {
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw invalid('invalid reference format');
  return segment(name).replaceAll('%2F', '/').replaceAll('%40', '@');
}
