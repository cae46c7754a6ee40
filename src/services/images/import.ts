import type { Readable } from 'node:stream';
import { invalid } from '../../errors/minke-error.ts';
import { applyChanges } from '../../kit/changes/apply.ts';
import { decompress } from '../../kit/compression/decompress.ts';
import { parsePlatform } from '../../kit/platform/parse.ts';
import { addImage } from './add-image.ts';
import { announce } from './announce.ts';
import type { Images, ProgressMessage } from './contract.ts';
import { addressOf, fetchArchive } from './import-source.ts';
import { nextConfig } from './new-config.ts';
import type { ImageParts, ImagePlatform } from './parts.ts';
import { statusMessage } from './progress.ts';
import { nameImage, targetReference } from './tag.ts';

export type ImportOptions = Parameters<Images['import']>[1];

/** Of what is asked for, or this machine's; images of other systems can't be of use here. */
function platformFor(text: string | undefined, machine: ImagePlatform): ImagePlatform {
  const platform = text ? parsePlatform(text, machine) : machine;
  if (platform.os !== machine.os) throw invalid('operating system is not supported');
  return platform;
}

/** A root filesystem becomes an image of one layer. */
export async function importImage(
  parts: ImageParts,
  tar: Readable,
  options: ImportOptions,
  emit: (message: ProgressMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const target = targetReference(options.repo ?? '', options.tag ?? '');
    const platform = platformFor(options.platform, parts.platform);
    const run = applyChanges({}, options.changes);
    const address = addressOf(options.source);
    const comment = options.message === '' ? `Imported from ${address?.shown ?? '-'}` : options.message;
    const archive = address === undefined ? tar : await fetchArchive(parts, address, emit, signal);
    const { stream } = await decompress(archive, parts.decompressor);
    const { id } = await addImage(parts, stream, {
      base: null,
      record: {},
      config: (diffId) =>
        nextConfig(null, platform, run, { created: parts.now().toISOString(), comment }, diffId),
      signal,
    });
    if (target !== undefined) await nameImage(parts, id, target);
    announce(parts, 'import', id);
    emit(statusMessage(id));
  } finally {
    tar.destroy();
  }
}
