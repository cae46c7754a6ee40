/** Layers are downloaded and unpacked side by side, and put on each other in their order. */
import type { Repository } from '../../../drivers/remote/contract.ts';
import type { IncomingBlob } from '../../../drivers/state/contract.ts';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { chainIds, type Digest } from '../../../wire/digest.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import type { ProgressMessage } from '../contract.ts';
import type { ImageParts } from '../parts.ts';
import { download } from '../transfer/download.ts';
import type { RetryRules } from '../transfer/retry.ts';
import { sideBySide } from '../transfer/side-by-side.ts';
import { LayerProgress, WholeProgress } from '../transfer/transfer-progress.ts';
import type { SharedBlob } from '../transfer/transfers.ts';
import { type UnpackOptions, unpackLayer } from '../transfer/unpack-layer.ts';

interface Missing {
  readonly chainId: ChainId;
  readonly parent: ChainId | null;
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
  readonly progress: LayerProgress;
  readonly blob: SharedBlob;
}

export interface FetchOptions {
  readonly repository: Repository;
  readonly emit: (message: ProgressMessage) => void;
  readonly rules: RetryRules;
}

async function bring(parts: ImageParts, missing: Missing, options: FetchOptions): Promise<IncomingBlob> {
  const { descriptor, progress, blob } = missing;
  const { signal } = options.rules;
  const { transfers } = parts;
  if (transfers.downloads.busy) progress.say('Waiting');
  return transfers.downloads.run(
    () =>
      transfers.blobs.run(descriptor.digest, async () => {
        signal.throwIfAborted();
        const incoming = await blob.open();
        await download(options.repository, incoming, descriptor, { progress, rules: options.rules });
        return incoming;
      }),
    signal,
  );
}

async function unpack(
  parts: ImageParts,
  missing: Missing,
  incoming: IncomingBlob,
  { signal, after }: Pick<UnpackOptions, 'signal' | 'after'>,
): Promise<void> {
  const { descriptor, progress, blob, parent, diffId } = missing;
  let read = 0;
  const onBytes = (count: number): void => {
    read += count;
    progress.at('Extracting', read, descriptor.size);
  };
  const bytes = { open: () => incoming.read(), file: () => incoming.file() };
  await unpackLayer(parts, bytes, { parent, after, diffId, signal, onBytes });
  const { digest, size, mediaType } = descriptor;
  await parts.sources.add(diffId, { digest, size, mediaType });
  blob.done();
  progress.say('Pull complete');
}

/**
 * Makes the layers that are not there yet. The caller holds the chain. After a failure, what came of blobs stays for
 * the next try.
 */
export async function fetchLayers(
  parts: ImageParts,
  layers: readonly Descriptor[],
  diffIds: readonly Digest[],
  options: FetchOptions,
): Promise<void> {
  const chain = chainIds(diffIds);
  const there = await Promise.all(chain.map((chainId) => parts.layers.exists(chainId)));
  const whole = new WholeProgress(
    layers.reduce((sum, { size }, i) => sum + (there[i] === true ? 0 : size), 0),
  );
  const missing: Missing[] = [];
  for (const [i, descriptor] of layers.entries()) {
    const [chainId, diffId] = [chain[i], diffIds[i]];
    if (chainId === undefined || diffId === undefined) continue;
    const progress = new LayerProgress(options.emit, descriptor.digest, whole);
    progress.say(there[i] === true ? 'Already exists' : 'Pulling fs layer');
    if (there[i] === true) continue;
    const blob = parts.transfers.share(descriptor.digest);
    missing.push({ chainId, parent: chain[i - 1] ?? null, diffId, descriptor, progress, blob });
  }
  try {
    // A missing layer stands on what is there, or on the one before it here.
    await sideBySide(missing, options.rules.signal, async (one, { signal, after }) => {
      const incoming = await bring(parts, one, { ...options, rules: { ...options.rules, signal } });
      await unpack(parts, one, incoming, { signal, after });
    });
  } finally {
    for (const { blob } of missing) await blob.leave(parts.blobPolicy());
  }
  // Killed between the layer and the end, an earlier try left what the layer was made of.
  await parts.transfers.dropParts(layers.flatMap(({ digest }, i) => (there[i] === true ? [digest] : [])));
}
