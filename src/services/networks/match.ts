/** Filters of the network list and of prune. */
import { invalid } from '../../errors/minke-error.ts';
import {
  checkFilterNames,
  type Filters,
  flagOf,
  matchesExactly,
  matchesLabels,
  matchesPattern,
  matchesPruneLabels,
} from '../../kit/filters/filters.ts';
import { pointInTime } from '../../kit/time/point-in-time.ts';
import { nanosecondsOf } from '../../kit/time/rfc3339.ts';
import type { NetworkRecord } from './records.ts';

function matchesType({ predefined }: NetworkRecord, filters: Filters): boolean {
  const types = filters.get('type') ?? [];
  for (const type of types) {
    if (type !== 'custom' && type !== 'builtin') throw invalid(`invalid filter: 'type'='${type}'`);
  }
  return types.length === 0 || types.includes(predefined ? 'builtin' : 'custom');
}

export function matchesNetwork(network: NetworkRecord, filters: Filters, inUse: boolean): boolean {
  checkFilterNames(filters, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  if (filters.has('dangling') && flagOf(filters, 'dangling', false) === (inUse || network.predefined))
    return false;
  return (
    matchesType(network, filters) &&
    matchesExactly(filters, 'driver', network.driver) &&
    matchesPattern(filters, 'name', network.name) &&
    matchesPattern(filters, 'id', network.id) &&
    matchesLabels(filters, 'label', network.labels) &&
    matchesExactly(filters, 'scope', 'local')
  );
}

/** @param now RFC 3339 */
export function mayBePruned(network: NetworkRecord, filters: Filters, now: string): boolean {
  checkFilterNames(filters, ['label', 'label!', 'until']);
  if (network.predefined || network.configOnly) return false;
  const until = filters.get('until') ?? [];
  if (until.length > 1) throw invalid('more than one until filter specified');
  const [limit] = until;
  if (limit !== undefined) {
    const before = pointInTime(limit, nanosecondsOf(now) ?? 0n);
    if ((nanosecondsOf(network.created) ?? 0n) > before) return false;
  }
  return matchesPruneLabels(filters, network.labels);
}
