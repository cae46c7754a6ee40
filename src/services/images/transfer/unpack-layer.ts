import type { Readable } from 'node:stream';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { decompress } from '../../../kit/compression/decompress.ts';
import { detect } from '../../../kit/compression/detect.ts';
import { counted } from '../../../kit/stream/counted.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ImageParts } from '../parts.ts';

/** A layer's bytes, maybe compressed. */
export interface LayerBytes {
  open(): Readable;
  /** Where they lie in a file. */
  file(): FilePart | undefined;
}

export interface UnpackOptions {
  readonly parent: ChainId | null;
  /** The parent need not be there before. Whoever made it hears of its failure. */
  readonly after?: Promise<unknown> | undefined;
  readonly diffId: Digest;
  readonly signal: AbortSignal;
  /** Bytes that were read, compressed as they are. */
  readonly onBytes: (count: number) => void;
}

/** The file, where storage can read it by itself: its bytes need not come past here then. */
async function readableFile({ open, file }: LayerBytes): Promise<FilePart | undefined> {
  const part = file();
  if (part === undefined) return undefined;
  for await (const first of open()) return ['xz', 'bzip2'].includes(detect(first)) ? undefined : part;
  return part;
}

/** Makes the layer. Throws `invalid` where what is read is not `diffId`. */
export async function unpackLayer(
  parts: ImageParts,
  from: LayerBytes,
  options: UnpackOptions,
): Promise<void> {
  const { parent, after, diffId, signal, onBytes } = options;
  const file = await readableFile(from);
  if (file !== undefined) {
    await parts.storage.addLayer(file, { parent, diffId, signal, onBytes, ...(after && { after }) });
    return;
  }
  // What comes past here, maybe from a program of its own, comes one after the other.
  await after;
  let before = 0;
  const source = counted(from.open(), (total) => {
    onBytes(total - before);
    before = total;
  });
  try {
    const { stream } = await decompress(source, parts.decompressor);
    await parts.storage.addLayer(stream, { parent, diffId, signal });
  } finally {
    source.destroy();
  }
}
