import type { Digest } from '../../wire/digest.ts';
import { announce } from './announce.ts';
import type { ImageParts } from './parts.ts';

/**
 * Removes an image with all its names, where no container is made of it; other platforms keep the names. The layers
 * that nobody else needs go too.
 * @returns false where it is in use or gone
 * @param why further attributes of the event
 */
export async function discardImage(
  parts: ImageParts,
  id: Digest,
  why: Readonly<Record<string, string>>,
): Promise<boolean> {
  const entry = parts.catalog.get(id);
  if (entry === undefined || parts.usedBy(id).length > 0) return false;
  for (const ref of parts.names.of(id)) await parts.names.leave(ref, id);
  await parts.catalog.remove(id);
  announce(parts, 'delete', id, id, why);
  await parts.layers.collect(entry.chain);
  return true;
}
