import type { Readable } from 'node:stream';
import { invalid, notFound } from '../../../errors/minke-error.ts';
import { decompress } from '../../../kit/compression/decompress.ts';
import { isPlatform } from '../../../kit/platform/match.ts';
import { familiarString, type Reference } from '../../../kit/reference/reference.ts';
import { showPlatform } from '../../../wire/api/platform.ts';
import { chainIds, type Digest } from '../../../wire/digest.ts';
import { parseImageConfig } from '../../../wire/oci-document.ts';
import { announce } from '../announce.ts';
import type { ImageEntry } from '../catalog.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts, ImagePlatform } from '../parts.ts';
import { platformOf } from '../platform/of-image.ts';
import { nameTogether } from '../platform/together.ts';
import { streamMessage } from '../progress.ts';
import { addLayers } from './add-layers.ts';
import { Archive } from './archive.ts';
import { isDockerArchive, planDockerArchive } from './docker-archive.ts';
import { hasSeveralPlatforms, isOciLayout, planOciLayout } from './oci-layout.ts';
import { isChildOf } from './parent.ts';
import type { PlannedImage } from './plan.ts';

type Emit = (message: ProgressMessage) => void;

async function plan(
  archive: Archive,
  { platform: machine }: ImageParts,
  only: ImagePlatform | undefined,
): Promise<PlannedImage[]> {
  const wanted = { machine, ...(only === undefined ? {} : { only }) };
  // An archive that is both says more about names in Docker's own form, but of one platform only.
  if (isDockerArchive(archive) && !(await hasSeveralPlatforms(archive)))
    return planDockerArchive(archive).then((images) => filtered(images, only));
  if (isOciLayout(archive)) return filtered(await planOciLayout(archive, wanted), only);
  throw invalid('invalid archive: neither manifest.json nor index.json is in it');
}

/** A manifest need not say what it is for; the config does. */
function filtered(images: readonly PlannedImage[], only: ImagePlatform | undefined): PlannedImage[] {
  if (only === undefined) return [...images];
  const isFor = ({ config }: PlannedImage): boolean => isPlatform(platformOf(parseImageConfig(config)), only);
  const fitting = images.filter(isFor);
  if (fitting.length === 0 && images.length > 0)
    throw notFound(`the archive holds no image for ${showPlatform(only)}`);
  return fitting;
}

/** The documents of an index, and the blobs that only the archive has, so that both can be sent on as they came. */
async function keepOrigin(parts: ImageParts, id: Digest, planned: PlannedImage): Promise<void> {
  const { origin } = planned;
  if (origin === undefined) return;
  const diffIds = parts.catalog.get(id)?.config.rootfs.diff_ids ?? [];
  const { manifest, index } = origin;
  const digests = planned.layers.flatMap(({ digest }) => digest ?? []);
  const unpin = parts.blobs.pin([manifest.digest, index.digest, ...digests]);
  try {
    for (const [i, layer] of planned.layers.entries()) {
      const [diffId, { digest, mediaType }] = [diffIds[i], layer];
      // A layer's tar can be made again of its files.
      if (diffId === undefined || digest === undefined || mediaType === undefined || digest === diffId)
        continue;
      if (layer.absent !== true && !(await parts.blobs.store.has(digest))) {
        const file = layer.file();
        await parts.blobs.store.put(file.open(), { digest, size: file.size });
      }
      await parts.sources.add(diffId, { digest, size: layer.size ?? layer.file().size, mediaType });
    }
    for (const { digest, bytes } of [manifest, index]) await parts.blobs.store.put(bytes, { digest });
    await parts.catalog.addManifest(id, {
      digest: manifest.digest,
      mediaType: manifest.mediaType,
      size: manifest.bytes.length,
      index: index.digest,
    });
  } finally {
    unpin();
  }
}

async function loadImage(
  parts: ImageParts,
  planned: PlannedImage,
  options: { emit: Emit | null; signal: AbortSignal },
): Promise<ImageEntry> {
  const { id, config } = parseImageConfig(planned.config);
  if (config.os !== 'linux') throw invalid(`cannot load ${config.os} image on linux`);
  const { diff_ids: diffIds } = config.rootfs;
  if (planned.layers.length !== diffIds.length) {
    throw invalid(
      `invalid manifest, layers length mismatch: expected ${planned.layers.length}, got ${diffIds.length}`,
    );
  }
  const chain = chainIds(diffIds);
  const release = parts.layers.hold(chain);
  try {
    if (parts.catalog.get(id) === undefined) await parts.unfinished.begin(id, chain);
    await addLayers(parts, diffIds, planned.layers, options);
    const entry = await parts.catalog.add(planned.config);
    await parts.unfinished.end(id);
    return entry;
  } catch (error) {
    // What a cancel or a kill cuts short stays for the next try; an archive that is wrong has no next try.
    if (!options.signal.aborted) await parts.unfinished.end(id);
    throw error;
  } finally {
    release();
    // Stays while an image stands on it; after a failure, what was added for nothing goes.
    await parts.layers.collect(chain);
  }
}

async function nameLoaded(
  parts: ImageParts,
  { id }: ImageEntry,
  others: readonly Digest[],
  planned: PlannedImage,
  emit: Emit,
): Promise<void> {
  for (const tag of planned.tags) {
    const before = parts.names.get(tag);
    if (before !== undefined && before !== id) {
      emit(
        streamMessage(
          `The image ${familiarString(tag)} already exists, renaming the old one with ID ${before} to empty string`,
        ),
      );
    }
    await nameLoadedTogether(parts, tag, id, others, planned);
    emit(streamMessage(`Loaded image: ${familiarString(tag)}`));
  }
  if (planned.tags.length === 0) emit(streamMessage(`Loaded image ID: ${id}`));
}

/** A name that stands for this index already keeps what it has; the index's digest is a name, too. */
async function nameLoadedTogether(
  parts: ImageParts,
  tag: Reference,
  id: Digest,
  others: readonly Digest[],
  { origin }: PlannedImage,
): Promise<void> {
  if (origin === undefined) return parts.names.set(tag, id);
  const { digest } = origin.index;
  const { domain, path } = tag;
  for (const one of [id, ...others]) {
    await nameTogether(parts, { domain, path, digest }, one, digest);
    await nameTogether(parts, tag, one, digest);
  }
}

/** Parents that the archive claims count where the histories agree. */
async function linkParents(
  parts: ImageParts,
  loaded: readonly { entry: ImageEntry; planned: PlannedImage }[],
): Promise<void> {
  for (const { entry, planned } of loaded) {
    const parent = loaded.find((other) => other.entry.id === planned.parent)?.entry;
    if (parent === undefined || parent.id === entry.id) continue;
    if (!isChildOf(entry.config, parent.config)) {
      throw invalid(`image ${parent.id} is not a valid parent for ${entry.id}`);
    }
    await parts.catalog.update(entry.id, { parent: parent.id });
  }
}

/** Loads all images of an archive; those before a failure stay, as in Docker. */
export async function loadImages(
  parts: ImageParts,
  tar: Readable,
  options: { quiet: boolean; platform?: ImagePlatform; signal: AbortSignal; emit: Emit },
): Promise<void> {
  const { emit, signal } = options;
  const scratch = await parts.scratch.create();
  try {
    const { stream } = await decompress(tar, parts.decompressor);
    const archive = await Archive.read(stream, scratch, signal);
    const loaded: { entry: ImageEntry; planned: PlannedImage }[] = [];
    for (const planned of await plan(archive, parts, options.platform)) {
      const entries: ImageEntry[] = [];
      for (const one of [planned, ...(planned.others ?? [])]) {
        const entry = await loadImage(parts, one, { emit: options.quiet ? null : emit, signal });
        await keepOrigin(parts, entry.id, one);
        entries.push(entry);
      }
      const [entry, ...others] = entries;
      if (entry === undefined) continue;
      await nameLoaded(
        parts,
        entry,
        others.map(({ id }) => id),
        planned,
        emit,
      );
      for (const { id } of entries) announce(parts, 'load', id);
      loaded.push({ entry, planned });
    }
    await linkParents(parts, loaded);
  } finally {
    tar.destroy();
    await scratch.close();
  }
}
