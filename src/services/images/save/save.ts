import type { Readable } from 'node:stream';
import type { StorageDriver } from '../../../drivers/storage/contract.ts';
import { internal, notFound } from '../../../errors/minke-error.ts';
import { type ArchiveImage, type ArchiveLayer, writeImageArchive } from '../../../kit/image-archive/write.ts';
import { familiarString, parseAnyReference, type Reference } from '../../../kit/reference/reference.ts';
import type { Digest } from '../../../wire/digest.ts';
import { announce } from '../announce.ts';
import type { ImageEntry } from '../catalog.ts';
import { findImage } from '../find.ts';
import { isTag } from '../names.ts';
import type { ImageParts } from '../parts.ts';

type Chosen = Map<Digest, { readonly entry: ImageEntry; readonly tags: Map<string, Reference> }>;

/** A name without tag stands for all tags of it; an id saves the image without names. */
function choose(parts: ImageParts, reference: string, chosen: Chosen): void {
  const add = (entry: ImageEntry, ref: Reference | undefined): void => {
    const known = chosen.get(entry.id) ?? { entry, tags: new Map<string, Reference>() };
    if (ref !== undefined && isTag(ref)) known.tags.set(familiarString(ref), ref);
    chosen.set(entry.id, known);
  };
  const ref = parseAnyReference(reference);
  const named =
    'id' in ref || ref.tag !== undefined || ref.digest !== undefined ? [] : parts.names.ofRepository(ref);
  for (const { ref: tag, id } of named) {
    const entry = parts.catalog.get(id);
    if (entry !== undefined) add(entry, tag);
  }
  if (named.length > 0) return;
  const isName = !('id' in ref) && (ref.tag !== undefined || ref.digest !== undefined);
  const id = isName ? parts.names.get(ref) : undefined;
  const entry = id === undefined ? findImageOf(parts, reference) : parts.catalog.get(id);
  if (entry === undefined) throw notFound(`No such image: ${reference}`);
  add(entry, isName && id !== undefined ? ref : undefined);
}

function findImageOf(parts: ImageParts, reference: string): ImageEntry {
  try {
    return findImage(parts, reference);
  } catch (error) {
    // Docker says the name here as it was written.
    throw notFound(`No such image: ${reference}`, error);
  }
}

const layerOf = (
  storage: StorageDriver,
  entry: ImageEntry,
  sizes: readonly number[],
  without: ReadonlySet<string>,
): ArchiveLayer[] =>
  entry.chain.map((chainId, i) => ({
    diffId: entry.config.rootfs.diff_ids[i] ?? chainId,
    size: sizes[i] ?? 0,
    absent: without.has(entry.config.rootfs.diff_ids[i] ?? chainId),
    open: async function* () {
      yield* await storage.layerTar(chainId);
    },
  }));

/** The parent of an image is named where it is saved too. */
async function archiveImages(
  parts: ImageParts,
  chosen: Chosen,
  without: ReadonlySet<string>,
): Promise<ArchiveImage[]> {
  const images: ArchiveImage[] = [];
  for (const { entry, tags } of chosen.values()) {
    const config = await parts.catalog.config(entry.id);
    if (config === null) throw internal(`the config of image ${entry.id} is missing`);
    const infos = await parts.layers.infos(entry.chain);
    const sizes = infos.map(({ tarSize }) => tarSize);
    const { parent } = entry.record;
    images.push({
      config,
      layers: layerOf(parts.storage, entry, sizes, without),
      tags: [...tags.values()],
      ...(parent !== undefined && chosen.has(parent) ? { parent } : {}),
    });
  }
  return images;
}

/**
 * The layers stay for as long as the stream is open.
 * @param without diff ids of layers that are left out: the reader has them
 */
export async function saveImages(
  parts: ImageParts,
  references: readonly string[],
  without: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Readable> {
  const chosen: Chosen = new Map();
  for (const reference of references) choose(parts, reference, chosen);
  const chains = [...chosen.values()].map(({ entry }) => entry.chain);
  const releases = chains.map((chain) => parts.layers.hold(chain));
  const release = (): void => {
    for (const give of releases) give();
    // An image that was removed meanwhile left its layers to us.
    // Where that fails, the next start takes them away.
    for (const chain of chains) parts.layers.collect(chain).catch(() => {});
  };
  try {
    const stream = writeImageArchive(await archiveImages(parts, chosen, without));
    stream.once('close', release);
    signal?.addEventListener('abort', () => stream.destroy(), { once: true });
    if (signal?.aborted) stream.destroy();
    for (const id of chosen.keys()) announce(parts, 'save', id);
    return stream;
  } catch (error) {
    release();
    throw error;
  }
}
