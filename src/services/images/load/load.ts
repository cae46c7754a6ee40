import type { Readable } from 'node:stream';
import { invalid } from '../../../errors/minke-error.ts';
import { decompress } from '../../../kit/compression/decompress.ts';
import { familiarString } from '../../../kit/reference/reference.ts';
import { chainIds } from '../../../wire/digest.ts';
import { parseImageConfig } from '../../../wire/oci-document.ts';
import { announce } from '../announce.ts';
import type { ImageEntry } from '../catalog.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { streamMessage } from '../progress.ts';
import { addLayers } from './add-layers.ts';
import { Archive } from './archive.ts';
import { isDockerArchive, planDockerArchive } from './docker-archive.ts';
import { isOciLayout, planOciLayout } from './oci-layout.ts';
import { isChildOf } from './parent.ts';
import type { PlannedImage } from './plan.ts';

type Emit = (message: ProgressMessage) => void;

function plan(archive: Archive, parts: ImageParts): Promise<PlannedImage[]> {
  // An archive that is both says more about names in Docker's own form.
  if (isDockerArchive(archive)) return planDockerArchive(archive);
  if (isOciLayout(archive)) return planOciLayout(archive, parts.platform);
  throw invalid('invalid archive: neither manifest.json nor index.json is in it');
}

async function loadImage(
  parts: ImageParts,
  planned: PlannedImage,
  options: { emit: Emit | null; signal: AbortSignal },
): Promise<ImageEntry> {
  const { config } = parseImageConfig(planned.config);
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
    await addLayers(parts, diffIds, planned.layers, options);
    return await parts.catalog.add(planned.config);
  } finally {
    release();
    // Stays while an image stands on it; after a failure, what was added for nothing goes.
    await parts.layers.collect(chain);
  }
}

async function nameLoaded(
  parts: ImageParts,
  { id }: ImageEntry,
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
    await parts.names.set(tag, id);
    emit(streamMessage(`Loaded image: ${familiarString(tag)}`));
  }
  if (planned.tags.length === 0) emit(streamMessage(`Loaded image ID: ${id}`));
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
  options: { quiet: boolean; signal: AbortSignal; emit: Emit },
): Promise<void> {
  const { emit, signal } = options;
  const scratch = await parts.scratch.create();
  try {
    const { stream } = await decompress(tar, parts.decompressor);
    const archive = await Archive.read(stream, scratch, signal);
    const loaded: { entry: ImageEntry; planned: PlannedImage }[] = [];
    for (const planned of await plan(archive, parts)) {
      const entry = await loadImage(parts, planned, { emit: options.quiet ? null : emit, signal });
      await nameLoaded(parts, entry, planned, emit);
      announce(parts, 'load', entry.id);
      loaded.push({ entry, planned });
    }
    await linkParents(parts, loaded);
  } finally {
    tar.destroy();
    await scratch.close();
  }
}
