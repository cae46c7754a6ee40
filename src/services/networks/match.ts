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

/** Docker has words of its own for this one here. */
function isDangling(filters: Filters): boolean {
  try {
    return flagOf(filters, 'dangling', false);
  } catch (error) {
    const accepted = 'must be "true" (or "1"), or "false" (or "0")';
    throw invalid(`invalid value for filter 'dangling', ${accepted}`, error);
  }
}

export function matchesNetwork(network: NetworkRecord, filters: Filters, inUse: boolean): boolean {
  checkFilterNames(filters, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
  if (filters.has('dangling') && isDangling(filters) === (inUse || network.predefined)) return false;
  return (
    matchesType(network, filters) &&
    matchesExactly(filters, 'driver', network.driver) &&
    matchesPattern(filters, 'name', network.name) &&
    matchesPattern(filters, 'id', network.id) &&
    matchesLabels(filters, 'label', network.labels) &&
    matchesExactly(filters, 'scope', 'local')
  );
}

/** What may be pruned, read once; refuses (`invalid`) filters that make no sense. @param now RFC 3339 */
export function prunable(filters: Filters, now: string): (network: NetworkRecord) => boolean {
  checkFilterNames(filters, ['label', 'label!', 'until']);
  const [limit, ...more] = filters.get('until') ?? [];
  if (more.length > 0) throw invalid('more than one until filter specified');
  const before = limit === undefined ? null : pointInTime(limit, nanosecondsOf(now) ?? 0n);
  return (network) =>
    !network.predefined &&
    !network.configOnly &&
    (before === null || (nanosecondsOf(network.created) ?? 0n) <= before) &&
    matchesPruneLabels(filters, network.labels);
}
