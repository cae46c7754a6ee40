/** A layer's tar, compressed anew. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Scratch } from '../../../drivers/state/contract.ts';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { internal } from '../../../errors/minke-error.ts';
import { type Digest, parseDigest } from '../../../wire/digest.ts';
import { mediaTypes } from '../../../wire/oci-image.ts';
import type { ImageParts } from '../parts.ts';
import type { PushedLayer } from './manifest.ts';

/** Twice as fast as the level that others take, for some percent more bytes. */
const LEVEL = 4;

/** Written to the scratch, which is the caller's to close. Throws `internal` where the tar is not the layer's. */
export async function compressLayer(
  parts: ImageParts,
  layer: { readonly chainId: ChainId; readonly diffId: Digest },
  scratch: Scratch,
  signal: AbortSignal,
): Promise<PushedLayer> {
  const tar = await parts.storage.layerTar(layer.chainId);
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  const gzip = createGzip({ level: LEVEL, chunkSize: 128 * 1024 });
  const source = Readable.from(
    (async function* () {
      for await (const chunk of tar) {
        signal.throwIfAborted();
        plain.update(chunk);
        yield chunk;
      }
    })(),
    { objectMode: false },
  );
  source.on('error', (error) => gzip.destroy(error));
  source.pipe(gzip);
  try {
    for await (const chunk of gzip) {
      packed.update(chunk);
      await scratch.append(chunk);
    }
  } finally {
    source.destroy();
    tar.destroy();
    gzip.destroy();
  }
  const actual = `sha256:${plain.digest('hex')}`;
  if (layer.diffId.startsWith('sha256:') && actual !== layer.diffId)
    throw internal(`layer ${layer.diffId} is damaged: its files make ${actual}`);
  return {
    mediaType: mediaTypes.dockerLayerGzip,
    digest: parseDigest(`sha256:${packed.digest('hex')}`),
    size: scratch.size,
  };
}
