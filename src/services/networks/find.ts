import { invalid, notFound } from '../../errors/minke-error.ts';
import type { NetworkRecord } from './records.ts';

/** Full id, then name, then unique prefix of an id. */
export function findNetwork(networks: ReadonlyMap<string, NetworkRecord>, reference: string): NetworkRecord {
  const byId = networks.get(reference);
  if (byId !== undefined) return byId;
  const all = [...networks.values()];
  const named = all.find(({ name }) => name === reference);
  if (named !== undefined) return named;
  const matches = reference === '' ? [] : all.filter(({ id }) => id.startsWith(reference));
  const [match] = matches;
  if (match === undefined) throw notFound(`network ${reference} not found`);
  if (matches.length > 1) {
    throw invalid(`network ${reference} is ambiguous (${matches.length} matches found based on ID prefix)`);
  }
  return match;
}
