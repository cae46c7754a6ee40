import { invalid, isKind } from '../../errors/minke-error.ts';
import { checkFilterNames, type Filters, flagOf, matchesPruneLabels } from '../../kit/filters/filters.ts';
import { referenceString } from '../../kit/reference/reference.ts';
import { pointInTime } from '../../kit/time/point-in-time.ts';
import { hexOf } from '../../wire/digest.ts';
import type { ImageDeleteResponseItem } from '../../wire/generated/engine-api.ts';
import type { ImageEntry } from './catalog.ts';
import { isTag } from './names.ts';
import type { ImageParts } from './parts.ts';
import { removeImage } from './remove.ts';

export interface PruneReport {
  readonly deleted: ImageDeleteResponseItem[];
  readonly spaceReclaimed: number;
}

/** By its names, or by its id where it has none: with dangling ones only, those that have a tag stay. */
async function pruneOne(
  parts: ImageParts,
  entry: ImageEntry,
  danglingOnly: boolean,
): Promise<ImageDeleteResponseItem[]> {
  const refs = parts.names.of(entry.id);
  if (danglingOnly && refs.some(isTag)) return [];
  const rows: ImageDeleteResponseItem[] = [];
  for (const name of refs.length === 0 ? [hexOf(entry.id)] : refs.map(referenceString)) {
    try {
      rows.push(...(await removeImage(parts, name, { force: false, noPrune: false })));
    } catch (error) {
      // In use, or gone meanwhile: not ours to prune.
      if (!isKind(error, 'conflict') && !isKind(error, 'not-found')) throw error;
    }
  }
  return rows;
}

/**
 * Dangling images, or all unused ones with `dangling=false`.
 * @param freed bytes that went already
 */
export async function pruneImages(parts: ImageParts, filters: Filters, freed: number): Promise<PruneReport> {
  checkFilterNames(filters, ['dangling', 'label', 'label!', 'until']);
  const danglingOnly = flagOf(filters, 'dangling', true);
  const times = filters.get('until') ?? [];
  if (times.length > 1) throw invalid('more than one until filter specified');
  const now = BigInt(parts.now().getTime()) * 1_000_000n;
  const [until] = times.map((text) => pointInTime(text, now));

  const sizes = new Map((await parts.storage.layers()).map(({ chainId, size }) => [chainId as string, size]));
  const candidates = [...parts.catalog.all()].filter(
    (entry) =>
      (!parts.catalog.hasChildren(entry.id) || (!danglingOnly && parts.names.of(entry.id).length > 0)) &&
      (until === undefined || (entry.created !== null && entry.created <= until)) &&
      matchesPruneLabels(filters, entry.config.config?.Labels),
  );
  const deleted: ImageDeleteResponseItem[] = [];
  for (const entry of candidates) deleted.push(...(await pruneOne(parts, entry, danglingOnly)));
  const spaceReclaimed = deleted.reduce((sum, row) => sum + (sizes.get(row.Deleted ?? '') ?? 0), freed);
  parts.events.publish({
    type: 'image',
    action: 'prune',
    id: '',
    attributes: { reclaimed: String(spaceReclaimed) },
  });
  return { deleted, spaceReclaimed };
}
