/** The `filters` parameter that most listings take. */
import { invalid } from '../../errors/minke-error.ts';

export type Filters = ReadonlyMap<string, readonly string[]>;

const maxText = 1 << 20;
const none: Filters = new Map();

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No schema of valibot's here: its records lose the key `constructor`, and a lost filter widens a prune. */
function valuesOf(set: unknown): string[] {
  if (Array.isArray(set) && set.every((value) => typeof value === 'string')) return [...new Set(set)];
  if (!isObject(set)) throw invalid('invalid filter');
  const entries = Object.entries(set);
  if (!entries.every(([, wanted]) => typeof wanted === 'boolean')) throw invalid('invalid filter');
  return entries.filter(([, wanted]) => wanted).map(([value]) => value);
}

/**
 * Names to wanted values. Both spellings are read: a set as an object of booleans (false means not in the set), and
 * the list that old clients send.
 * @throws invalid "invalid filter"
 */
export function parseFilters(text: string): Filters {
  if (text === '') return none;
  if (text.length > maxText) throw invalid('invalid filter: too long');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('invalid filter');
  }
  if (json === null) return none;
  if (!isObject(json)) throw invalid('invalid filter');
  return new Map(Object.entries(json).map(([name, set]) => [name, valuesOf(set)]));
}
