/** A layer's tar, compressed anew. */
import { createHash } from 'node:crypto';
import type { Scratch } from '../../../drivers/state/contract.ts';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import type { Compressor } from '../../../kit/compression/compressor.ts';
import { giveBack } from '../../../kit/stream/give-back.ts';
import { parseDigest } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import type { ImageParts } from '../parts.ts';
import type { PushedLayer } from './manifest.ts';

/** Written to the scratch, which is the caller's to close. Throws `internal` where the layer's files are damaged. */
export async function compressLayer(
  parts: ImageParts,
  layer: ChainId,
  by: Compressor,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<PushedLayer> {
  const hash = createHash('sha256');
  for await (const chunk of await parts.storage.layerGzip(layer, by)) {
    signal.throwIfAborted();
    hash.update(chunk);
    await scratch.append(chunk);
    giveBack(chunk);
  }
  return {
    mediaType: mediaTypes.dockerLayerGzip,
    digest: parseDigest(`sha256:${hash.digest('hex')}`),
    size: scratch.size,
  };
}
