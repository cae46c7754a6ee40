import type { Readable } from 'node:stream';
import type { ChainId, StorageDriver } from '../../../drivers/storage/contract.ts';
import { internal, messageOf, notFound } from '../../../errors/minke-error.ts';
import {
  type ArchiveImage,
  type ArchiveIndex,
  type ArchiveLayer,
  writeImageArchive,
} from '../../../kit/image-archive/write.ts';
import { fitsPlatform, isPlatform } from '../../../kit/platform/match.ts';
import { familiarString, parseAnyReference, type Reference } from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { announce } from '../announce.ts';
import type { ImageEntry } from '../catalog.ts';
import { findImage } from '../find.ts';
import { targetOf } from '../manifests/target.ts';
import { isTag } from '../names.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { platformOf } from '../platform/of-image.ts';
import { originals } from './originals.ts';

interface Chosen {
  /** One a platform; the first is what counts for readers that know of one only. */
  readonly entries: readonly ImageEntry[];
  readonly tags: Map<string, Reference>;
}

/** By the ids of the images. */
type AllChosen = Map<string, Chosen>;

/** A name without tag stands for all tags of it; an id saves the image without names. */
function choose(
  parts: ImageParts,
  reference: string,
  platform: ImagePlatform | undefined,
  chosen: AllChosen,
): void {
  const add = (found: readonly ImageEntry[], ref: Reference | undefined): void => {
    const entries = platform === undefined ? found : [forPlatform(found, platform, reference)];
    const key = entries.map(({ id }) => id).join();
    const known = chosen.get(key) ?? { entries, tags: new Map<string, Reference>() };
    if (ref !== undefined && isTag(ref)) known.tags.set(familiarString(ref), ref);
    chosen.set(key, known);
  };
  const ref = parseAnyReference(reference);
  const entriesOf = (name: Reference): ImageEntry[] =>
    parts.names.all(name).flatMap((id) => parts.catalog.get(id) ?? []);
  const named =
    'id' in ref || ref.tag !== undefined || ref.digest !== undefined ? [] : parts.names.ofRepository(ref);
  for (const { ref: tag } of named) if (entriesOf(tag).length > 0) add(entriesOf(tag), tag);
  if (named.length > 0) return;
  const isName = !('id' in ref) && (ref.tag !== undefined || ref.digest !== undefined);
  const entries = isName ? entriesOf(ref) : [];
  if (entries.length > 0 && isName) add(entries, ref);
  else add([findImageOf(parts, reference)], undefined);
}

function forPlatform(found: readonly ImageEntry[], platform: ImagePlatform, reference: string): ImageEntry {
  const [first] = found;
  if (first === undefined) throw notFound(`No such image: ${reference}`);
  const fitting = found.find((entry) => isPlatform(platformOf(entry), platform)) ?? first;
  if (!fitsPlatform(platformOf(fitting), platform))
    throw notFound(`no suitable export target found for platform ${showPlatform(platform)}`);
  return fitting;
}

function findImageOf(parts: ImageParts, reference: string): ImageEntry {
  try {
    return findImage(parts, reference);
  } catch (error) {
    // Docker says the name here as it was written.
    throw notFound(`No such image: ${reference}`, error);
  }
}

/**
 * Layers that stay out: the run from the bottom that the reader has. The same files further up, or in an image on
 * another base, are another layer to it.
 */
function leftOut(entry: ImageEntry | undefined, without: ReadonlySet<string>): ReadonlySet<ChainId> {
  const diffIds = entry?.config.rootfs.diff_ids ?? [];
  const end = diffIds.findIndex((diffId) => !without.has(diffId));
  return new Set(entry?.chain.slice(0, end < 0 ? diffIds.length : end));
}

const layersOf = (
  storage: StorageDriver,
  entry: ImageEntry,
  sizes: readonly number[],
  absent: ReadonlySet<ChainId>,
): ArchiveLayer[] =>
  entry.chain.map((chainId, i) => ({
    diffId: entry.config.rootfs.diff_ids[i] ?? chainId,
    size: sizes[i] ?? 0,
    absent: absent.has(chainId),
    open: async function* () {
      yield* await storage.layerTar(chainId);
    },
  }));

async function archiveImage(
  parts: ImageParts,
  entry: ImageEntry,
  tags: readonly Reference[],
  absent: ReadonlySet<ChainId>,
): Promise<ArchiveImage & { readonly platform: ImagePlatform }> {
  const config = await parts.catalog.config(entry.id);
  if (config === null) throw internal(`the config of image ${entry.id} is missing`);
  const infos = await parts.layers.infos(entry.chain);
  const sizes = infos.map(({ tarSize }) => tarSize);
  const layers = layersOf(parts.storage, entry, sizes, absent);
  return { config, layers, tags, platform: platformOf(entry) };
}

interface Archived {
  readonly items: (ArchiveImage | ArchiveIndex)[];
  close(): Promise<void>;
}

/** The parent of an image is named where it is saved too. */
async function archived(
  parts: ImageParts,
  chosen: AllChosen,
  without: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Archived> {
  const items: Archived['items'] = [];
  const closes: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closes) await one();
  };
  const saved = new Set([...chosen.values()].flatMap(({ entries }) => entries.map(({ id }) => id)));
  try {
    for (const { entries, tags: named } of chosen.values()) {
      const tags = [...named.values()];
      const [only, ...more] = entries;
      const absent = leftOut(only, without);
      if (only !== undefined && more.length === 0) {
        const { parent } = only.record;
        const image = await archiveImage(parts, only, tags, absent);
        items.push({ ...image, ...(parent !== undefined && saved.has(parent) ? { parent } : {}) });
        continue;
      }
      const target = await targetOf(parts, entries);
      const how = { absent, signal };
      const exact = target?.kind === 'index' ? await originals(parts, entries, target, tags, how) : undefined;
      if (exact !== undefined) closes.push(exact.close);
      items.push(exact?.archive ?? { images: await made(parts, entries, absent), tags });
    }
    return { items, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function made(
  parts: ImageParts,
  entries: readonly ImageEntry[],
  absent: ReadonlySet<ChainId>,
): Promise<ArchiveIndex['images']> {
  const images: ArchiveIndex['images'][number][] = [];
  for (const entry of entries) images.push(await archiveImage(parts, entry, [], absent));
  return images;
}

export interface SaveOptions {
  /** Diff ids of layers that are left out: the reader has them. */
  readonly without?: readonly string[];
  readonly platform?: ImagePlatform;
}

/** The layers stay for as long as the stream is open. */
export async function saveImages(
  parts: ImageParts,
  references: readonly string[],
  { without = [], platform }: SaveOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<Readable> {
  const chosen: AllChosen = new Map();
  for (const reference of references) choose(parts, reference, platform, chosen);
  const entries = [...chosen.values()].flatMap((one) => one.entries);
  const releases = entries.map(({ chain }) => parts.layers.hold(chain));
  const release = (): void => {
    for (const give of releases) give();
    // An image that was removed meanwhile left its layers to us.
    // Where that fails, the next start takes them away.
    for (const { chain } of entries) parts.layers.collect(chain).catch(() => {});
  };
  try {
    const { items, close } = await archived(parts, chosen, new Set(without), signal);
    const stream = writeImageArchive(items);
    stream.once('close', () => {
      release();
      close().catch((error: unknown) => parts.log.warn('images', { problem: messageOf(error) }));
    });
    signal.addEventListener('abort', () => stream.destroy(), { once: true });
    if (signal.aborted) stream.destroy();
    for (const id of new Set(entries.map((entry) => entry.id))) announce(parts, 'save', id);
    return stream;
  } catch (error) {
    release();
    throw error;
  }
}
