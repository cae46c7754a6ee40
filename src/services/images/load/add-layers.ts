import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { invalid } from '../../../errors/minke-error.ts';
import { decompress } from '../../../kit/compression/decompress.ts';
import { chainIds, type Digest, parseDigest } from '../../../wire/digest.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { progressOf } from '../progress.ts';
import type { ArchiveFile } from './archive.ts';
import type { PlannedLayer } from './plan.ts';

interface Watched {
  readonly stream: Readable;
  /** Throws `invalid` where what went through was not the file that the archive named. */
  check(): void;
}

/** The file's bytes, counted and hashed on their way. */
function watched(file: ArchiveFile, digest: PlannedLayer['digest'], count: (bytes: number) => void): Watched {
  const algorithm = digest?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const hash = digest === undefined ? undefined : createHash(algorithm);
  const source = file.open();
  const bytes = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of source) {
      hash?.update(chunk);
      count(chunk.length);
      yield chunk;
    }
  };
  const stream = Readable.from(bytes(), { objectMode: false, highWaterMark: 256 * 1024 });
  stream.once('close', () => source.destroy());
  return {
    stream,
    check: () => {
      const got = hash === undefined ? digest : parseDigest(`${algorithm}:${hash.digest('hex')}`);
      if (got !== digest) throw invalid(`digest mismatch: expected ${digest}, got ${got}`);
    },
  };
}

/**
 * Unpacks the layers that are not there yet, each checked against its diff id. The caller holds the chain.
 * Answers the chain.
 */
export async function addLayers(
  parts: ImageParts,
  diffIds: readonly Digest[],
  layers: readonly PlannedLayer[],
  options: { emit: ((message: ProgressMessage) => void) | null; signal: AbortSignal },
): Promise<ChainId[]> {
  const chain = chainIds(diffIds);
  for (const [i, chainId] of chain.entries()) {
    const layer = layers[i];
    const diffId = diffIds[i];
    if (layer === undefined || diffId === undefined || (await parts.layers.exists(chainId))) continue;
    options.signal.throwIfAborted();
    const { emit } = options;
    const source = layer.file();
    const total = source.size;
    const count = emit === null ? () => {} : progressOf(emit, { status: 'Loading layer', id: diffId, total });
    const file = watched(source, layer.digest, count);
    const { stream } = await decompress(file.stream, parts.decompressor);
    await parts.storage.addLayer(stream, { parent: chain[i - 1] ?? null, diffId, signal: options.signal });
    file.check();
  }
  return chain;
}
