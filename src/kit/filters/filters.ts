/** Filters of the API as Docker matches them: a name has a set of values; most names accept when any value fits. */
import { invalid } from '../../errors/minke-error.ts';
import { compilePattern } from './pattern.ts';

export type Filters = ReadonlyMap<string, readonly string[]>;

const valuesOf = (filters: Filters, name: string): readonly string[] => filters.get(name) ?? [];

/** Throws `invalid` "invalid filter 'x'" for a name that is not among the accepted ones. */
export function checkFilterNames(filters: Filters, accepted: readonly string[]): void {
  for (const name of filters.keys()) {
    if (!accepted.includes(name)) throw invalid(name === '' ? 'invalid filter' : `invalid filter '${name}'`);
  }
}

/** True where the filter is absent or one value is the source. */
export function matchesExactly(filters: Filters, name: string, source: string): boolean {
  const values = valuesOf(filters, name);
  return values.length === 0 || values.includes(source);
}

/** Like `matchesExactly`, or the source starts with one value. */
export function matchesPrefix(filters: Filters, name: string, source: string): boolean {
  const values = valuesOf(filters, name);
  return values.length === 0 || values.some((value) => source.startsWith(value));
}

/** Like `matchesExactly`, or one value, read as a regular expression (RE2), matches somewhere in the source. */
export function matchesPattern(filters: Filters, name: string, source: string): boolean {
  if (matchesExactly(filters, name, source)) return true;
  return valuesOf(filters, name).some((value) => compilePattern(value)?.(source) === true);
}

/** `key` or `key=value`, all of which must be there. True where the filter is absent. */
export function matchesLabels(
  filters: Filters,
  name: string,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean {
  return valuesOf(filters, name).every((value) => {
    const equals = value.indexOf('=');
    const key = equals < 0 ? value : value.slice(0, equals);
    if (labels === null || labels === undefined || !Object.hasOwn(labels, key)) return false;
    return equals < 0 || labels[key] === value.slice(equals + 1);
  });
}

/** `label` and `label!` of the prune routes. */
export function matchesPruneLabels(
  filters: Filters,
  labels: Readonly<Record<string, string>> | null | undefined,
): boolean {
  if (!matchesLabels(filters, 'label', labels)) return false;
  return valuesOf(filters, 'label!').length === 0 || !matchesLabels(filters, 'label!', labels);
}

/** A yes-or-no filter. Throws `invalid` "invalid filter 'dangling=[maybe]'". */
export function flagOf(filters: Filters, name: string, absent: boolean): boolean {
  const values = filters.get(name);
  if (values === undefined) return absent;
  const no = values.includes('0') || values.includes('false');
  const yes = values.includes('1') || values.includes('true');
  if (yes !== no) return yes;
  throw invalid(`invalid filter '${name}${values.length === 0 ? '' : `=[${values.join(' ')}]`}'`);
}
