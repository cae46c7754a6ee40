import type { Readable } from 'node:stream';
import type { Digest } from '../../wire/digest.ts';
import type { ImageEntry, ImageRecord } from './catalog.ts';
import type { ImageParts } from './parts.ts';

/** A new layer on a base, and the image that its digest makes. What was added goes again where the image fails. */
export async function addImage(
  parts: ImageParts,
  tar: Readable,
  options: {
    readonly base: ImageEntry | null;
    readonly record: ImageRecord;
    readonly config: (diffId: Digest) => Buffer;
    readonly signal?: AbortSignal;
  },
): Promise<ImageEntry> {
  const below = options.base?.chain ?? [];
  const releaseBase = parts.layers.hold(below);
  try {
    const info = await parts.storage.addLayer(tar, {
      parent: below.at(-1) ?? null,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const chain = [...below, info.chainId];
    const release = parts.layers.hold(chain);
    try {
      await parts.layers.confirm(info.chainId);
      return await parts.catalog.add(options.config(info.diffId), options.record);
    } finally {
      release();
      releaseBase();
      // The empty layer is part of no image, and of a failed one nothing is needed.
      await parts.layers.collect(chain);
    }
  } finally {
    releaseBase();
    tar.destroy();
  }
}
