import { conflict, type MinkeError } from '../../errors/minke-error.ts';
import { isPlatform } from '../../kit/platform/match.ts';
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
import type { ImageParts, ImagePlatform } from './parts.ts';
import { checkIsFor, platformOf } from './platform/of-image.ts';

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

/** Where the name stands for other platforms too, it stays for them, and nobody is told that it went. */
async function untag(parts: ImageParts, id: Digest, ref: Reference, rows: Rows): Promise<void> {
  const isGone = await parts.names.leave(ref, id);
  announce(parts, 'untag', id);
  if (isGone) rows.push({ Untagged: familiarString(ref) });
}

/** Removes the name, and the repository's digests where no tag of it is left. True where no name remains. */
async function removeName(parts: ImageParts, id: Digest, ref: Reference, rows: Rows): Promise<boolean> {
  await untag(parts, id, ref, rows);
  const rest = parts.names.of(id).filter((other) => nameOf(other) === nameOf(ref));
  if (isTag(ref) && !rest.some(isTag)) {
    for (const digest of rest)
      if (await parts.names.leave(digest, id)) rows.push({ Untagged: familiarString(digest) });
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

export interface RemoveOptions {
  readonly force: boolean;
  readonly noPrune: boolean;
  /** Only the images for these of a name that has several; undefined and none: all. */
  readonly platforms?: readonly ImagePlatform[];
}

/** The images that go with the name: all of it, or those for the platforms. */
function chosen(
  parts: ImageParts,
  reference: string,
  ids: readonly Digest[],
  platforms: readonly ImagePlatform[],
): readonly Digest[] {
  if (platforms.length === 0) return ids;
  const entries = ids.flatMap((id) => parts.catalog.get(id) ?? []);
  const found = new Set<Digest>();
  for (const platform of platforms) {
    const fitting = entries.filter((entry) => isPlatform(platformOf(entry), platform));
    const [first] = entries;
    if (fitting.length === 0 && first !== undefined) {
      checkIsFor(first, platform, reference);
      fitting.push(first);
    }
    for (const { id } of fitting) found.add(id);
  }
  return [...found];
}

/** Takes the name off, and the images whose last name it was. */
async function removeByName(
  parts: ImageParts,
  reference: string,
  ids: readonly Digest[],
  options: RemoveOptions,
): Promise<Rows> {
  const ref = withDefaultTag(parseReference(reference));
  for (const id of ids) {
    const [use] = parts.usedBy(id);
    if (!options.force && isSingleName(parts.names.of(id)) && use !== undefined)
      throw conflict(
        `conflict: unable to remove repository reference ${JSON.stringify(reference)} (must force) - container ${shortId(use.container)} is using its referenced image ${shortId(id)}`,
      );
  }
  const rows: Rows = [];
  const nameless: Digest[] = [];
  for (const id of ids) if (await removeName(parts, id, ref, rows)) nameless.push(id);
  for (const id of nameless) await deleteImage(parts, id, { ...options, quiet: true }, rows);
  return rows;
}

/**
 * A name is untagged, and the image goes with its last name; an id removes the image with all names of one
 * repository. Docker's rules (daemon/images/image_delete.go describes them).
 */
export async function removeImage(
  parts: ImageParts,
  reference: string,
  options: RemoveOptions,
): Promise<Rows> {
  const { id } = findImage(parts, reference);
  const { platforms = [] } = options;
  if (!isIdPrefix(id, reference)) {
    const ref = withDefaultTag(parseReference(reference));
    return removeByName(parts, reference, chosen(parts, reference, parts.names.all(ref), platforms), options);
  }
  chosen(parts, reference, [id], platforms);
  const rows: Rows = [];
  const refs = parts.names.of(id);
  if (isSingleName(refs)) {
    const found = obstacle(parts, id, { soft: options.force, names: true });
    if (found !== undefined) throw found.error;
    for (const ref of refs) await untag(parts, id, ref, rows);
  }
  await deleteImage(parts, id, { ...options, quiet: false }, rows);
  return rows;
}
