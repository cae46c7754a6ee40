import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { invalid } from '../../../errors/minke-error.ts';
import { chainIds, type Digest, parseDigest } from '../../../wire/digest.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { progressOf } from '../progress.ts';
import { sideBySide } from '../transfer/side-by-side.ts';
import { type LayerBytes, unpackLayer } from '../transfer/unpack-layer.ts';
import type { ArchiveFile } from './archive.ts';
import type { PlannedLayer } from './plan.ts';

interface Hashed extends LayerBytes {
  /** Throws `invalid` where what went through was not the file that the archive named. */
  check(): void;
}

/** The file's bytes, hashed on their way. */
function hashed(file: ArchiveFile, digest: Digest): Hashed {
  const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
  const hash = createHash(algorithm);
  const bytes = async function* (): AsyncGenerator<Buffer, void> {
    for await (const chunk of file.open()) {
      hash.update(chunk);
      yield chunk;
    }
  };
  return {
    open: () => Readable.from(bytes(), { objectMode: false, highWaterMark: 256 * 1024 }),
    file: () => undefined,
    check: () => {
      const got = parseDigest(`${algorithm}:${hash.digest('hex')}`);
      if (got !== digest) throw invalid(`digest mismatch: expected ${digest}, got ${got}`);
    },
  };
}

interface Missing {
  readonly layer: PlannedLayer;
  readonly diffId: Digest;
  readonly parent: ChainId | null;
}

/**
 * Unpacks the layers that are not there yet, side by side, each checked against its diff id. The caller holds the chain.
 * Answers the chain.
 */
export async function addLayers(
  parts: ImageParts,
  diffIds: readonly Digest[],
  layers: readonly PlannedLayer[],
  options: { emit: ((message: ProgressMessage) => void) | null; signal: AbortSignal },
): Promise<ChainId[]> {
  const { emit } = options;
  const chain = chainIds(diffIds);
  const missing: Missing[] = [];
  for (const [i, chainId] of chain.entries()) {
    const [layer, diffId] = [layers[i], diffIds[i]];
    if (layer === undefined || diffId === undefined || (await parts.layers.exists(chainId))) continue;
    missing.push({ layer, diffId, parent: chain[i - 1] ?? null });
  }
  await sideBySide(missing, options.signal, async ({ layer, diffId, parent }, beside) => {
    beside.signal.throwIfAborted();
    const source = layer.file();
    const total = source.size;
    const onBytes =
      emit === null ? () => {} : progressOf(emit, { status: 'Loading layer', id: diffId, total });
    const checked = layer.digest === undefined ? undefined : hashed(source, layer.digest);
    await unpackLayer(parts, checked ?? source, { parent, diffId, onBytes, ...beside });
    checked?.check();
  });
  return chain;
}
