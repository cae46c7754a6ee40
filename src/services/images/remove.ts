import { conflict, type MinkeError } from '../../errors/minke-error.ts';
import {
  familiarString,
  nameOf,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../kit/reference/reference.ts';
import type { Digest } from '../../wire/digest.ts';
import type { ImageDeleteResponseItem } from '../../wire/generated/engine-api.ts';
import { announce } from './announce.ts';
import { findImage, isIdPrefix, shortId } from './find.ts';
import { isTag } from './names.ts';
import type { ImageParts } from './parts.ts';

/** What keeps an image: `hard` reasons stay under force. */
interface Obstacle {
  readonly error: MinkeError;
  readonly isUse: boolean;
}

interface Ignore {
  readonly soft: boolean;
  readonly names: boolean;
}

type Rows = ImageDeleteResponseItem[];

function obstacle(parts: ImageParts, id: Digest, ignore: Ignore): Obstacle | undefined {
  const because = (reason: string, hard: boolean, isUse: boolean): Obstacle => ({
    error: conflict(
      `conflict: unable to delete ${shortId(id)} (${hard ? 'cannot be forced' : 'must be forced'}) - ${reason}`,
    ),
    isUse,
  });
  if (parts.catalog.hasChildren(id)) return because('image has dependent child images', true, false);
  const uses = parts.usedBy(id);
  const running = uses.find((use) => use.running);
  if (running !== undefined) {
    return because(`image is being used by running container ${shortId(running.container)}`, true, true);
  }
  if (!ignore.soft && !ignore.names && parts.names.of(id).length > 0) {
    return because('image is referenced in multiple repositories', false, false);
  }
  const [stopped] = uses;
  if (!ignore.soft && stopped !== undefined) {
    return because(`image is being used by stopped container ${shortId(stopped.container)}`, false, true);
  }
  return undefined;
}

/** One tag at most, and all digests of that tag's repository. False where there is no name. */
function isSingleName(refs: readonly Reference[]): boolean {
  if (refs.length <= 1) return refs.length === 1;
  const tags = refs.filter(isTag);
  if (tags.length > 1) return false;
  const repositories = new Set(refs.filter((ref) => !isTag(ref)).map(nameOf));
  const [single] = tags.length > 0 ? tags : refs;
  return repositories.size === 1 && single !== undefined && repositories.has(nameOf(single));
}

async function untag(parts: ImageParts, id: Digest, ref: Reference, rows: Rows): Promise<void> {
  await parts.names.delete(ref);
  announce(parts, 'untag', id);
  rows.push({ Untagged: familiarString(ref) });
}

/** Removes the name, and the repository's digests where no tag of it is left. True where no name remains. */
async function removeName(parts: ImageParts, id: Digest, ref: Reference, rows: Rows): Promise<boolean> {
  await untag(parts, id, ref, rows);
  const rest = parts.names.of(id).filter((other) => nameOf(other) === nameOf(ref));
  if (isTag(ref) && !rest.some(isTag)) {
    for (const digest of rest) {
      await parts.names.delete(digest);
      rows.push({ Untagged: familiarString(digest) });
    }
  }
  return parts.names.of(id).length === 0;
}

/** With `quiet`, an image that is in the way of nobody stays without a word. */
async function deleteImage(
  parts: ImageParts,
  id: Digest,
  options: { force: boolean; noPrune: boolean; quiet: boolean },
  rows: Rows,
): Promise<void> {
  const entry = parts.catalog.get(id);
  if (entry === undefined) return;
  const found = obstacle(parts, id, { soft: options.force, names: false });
  if (found !== undefined) {
    const isDangling = parts.names.of(id).length === 0 && !parts.catalog.hasChildren(id);
    if (options.quiet && (!isDangling || found.isUse)) return;
    throw found.error;
  }
  for (const ref of parts.names.of(id)) await untag(parts, id, ref, rows);
  const { parent } = entry.record;
  await parts.catalog.remove(id);
  announce(parts, 'delete', id);
  rows.push({ Deleted: id });
  for (const chainId of await parts.layers.collect(entry.chain)) rows.push({ Deleted: chainId });
  if (!options.noPrune && parent !== undefined) {
    await deleteImage(parts, parent, { force: false, noPrune: false, quiet: true }, rows);
  }
}

/**
 * A name is untagged, and the image goes with its last name; an id removes the image with all names of one
 * repository. Docker's rules (daemon/images/image_delete.go describes them).
 */
export async function removeImage(
  parts: ImageParts,
  reference: string,
  options: { force: boolean; noPrune: boolean },
): Promise<Rows> {
  const { id } = findImage(parts, reference);
  const rows: Rows = [];
  const refs = parts.names.of(id);
  const byId = isIdPrefix(id, reference);
  if (!byId) {
    const [use] = parts.usedBy(id);
    if (!options.force && isSingleName(refs) && use !== undefined) {
      throw conflict(
        `conflict: unable to remove repository reference ${JSON.stringify(reference)} (must force) - container ${shortId(use.container)} is using its referenced image ${shortId(id)}`,
      );
    }
    if (!(await removeName(parts, id, withDefaultTag(parseReference(reference)), rows))) return rows;
  } else if (isSingleName(refs)) {
    const found = obstacle(parts, id, { soft: options.force, names: true });
    if (found !== undefined) throw found.error;
    for (const ref of refs) await untag(parts, id, ref, rows);
  }
  await deleteImage(parts, id, { ...options, quiet: !byId }, rows);
  return rows;
}
