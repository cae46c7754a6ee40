/** Images for several platforms under one name: those of one index stay beside each other. */
import type { Reference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ImageEntry } from '../catalog.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { preference } from './match.ts';
import { platformOf } from './of-image.ts';

/** Whether the image is one of those that the index lists. */
export const cameBy = ({ record }: ImageEntry, index: Digest): boolean =>
  record.manifests?.some((kept) => kept.index === index) === true;

/** What the machine runs best comes first; the rest stays in its order. */
export const byPreference = (entries: readonly ImageEntry[], machine: ImagePlatform): ImageEntry[] =>
  entries
    .map((entry, at) => ({ entry, at, rank: preference(platformOf(entry), machine) }))
    .sort((a, b) => (a.rank === b.rank ? a.at - b.at : a.rank - b.rank))
    .map(({ entry }) => entry);

/**
 * Names an image that has come. Where the name stands for other images of the same index, they are one name for
 * several platforms from now on; else the name changes hands.
 * @param document digest of the manifest or index that the name stands for at the registry
 */
export async function nameTogether(
  { names, catalog, platform }: Pick<ImageParts, 'names' | 'catalog' | 'platform'>,
  ref: Reference,
  id: Digest,
  document: Digest,
): Promise<void> {
  const before = names.all(ref);
  if (before.includes(id)) return;
  const entries = [...before, id].flatMap((one) => catalog.get(one) ?? []);
  if (!entries.every((entry) => cameBy(entry, document))) return names.set(ref, id);
  const [first, ...others] = byPreference(entries, platform).map((entry) => entry.id);
  await names.set(ref, first ?? id, others);
}
