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
import { ANONYMOUS, isPlain, type VolumeEntry } from './record.ts';

/** The volumes that the filters of a listing ask for, by name. */
export function selectVolumes(entries: Iterable<VolumeEntry>, filters: Filters): VolumeEntry[] {
  checkFilterNames(filters, ['dangling', 'name', 'driver', 'label']);
  const dangling = filters.has('dangling') ? flagOf(filters, 'dangling', false) : null;
  return [...entries]
    .filter(
      (entry) =>
        matchesExactly(filters, 'driver', entry.driver.name) &&
        matchesPattern(filters, 'name', entry.name) &&
        matchesLabels(filters, 'label', entry.record.Labels) &&
        (dangling === null || dangling === (entry.containers.size === 0)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const truths: ReadonlyMap<string, boolean> = new Map(
  [
    ['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
    ['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
  ].flat(),
);

function wantsAll(filters: Filters): boolean {
  const values = filters.get('all') ?? [];
  const [value] = values;
  if (value === undefined) return false;
  const truth = truths.get(value);
  if (values.length > 1) throw invalid(`invalid filter 'all=[${values.join(' ')}]'`);
  if (truth === undefined) {
    throw invalid(
      `invalid filter 'all': strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  }
  return truth;
}

/** Unused volumes on this machine's disk; only anonymous ones unless `all` is asked for. */
export function selectForPrune(entries: Iterable<VolumeEntry>, filters: Filters): VolumeEntry[] {
  checkFilterNames(filters, ['label', 'label!', 'all']);
  const all = wantsAll(filters);
  return [...entries].filter(
    (entry) =>
      isPlain(entry) &&
      entry.containers.size === 0 &&
      matchesPruneLabels(filters, entry.record.Labels) &&
      (all || Object.hasOwn(entry.record.Labels ?? {}, ANONYMOUS)),
  );
}
