import { PassingFailure, type RemoteBlob, type Repository } from '../../../drivers/remote/contract.ts';
import type { IncomingBlob } from '../../../drivers/state/contract.ts';
import { internal, messageOf } from '../../../errors/minke-error.ts';
import { giveBack } from '../../../kit/stream/give-back.ts';
import type { Descriptor } from '../../../wire/oci-image.ts';
import { type RetryRules, withRetries } from './retry.ts';
import type { LayerProgress } from './transfer-progress.ts';

type Wanted = Pick<Descriptor, 'digest' | 'size'>;

/** Reads what comes and writes it down. Which of the two failed decides whether another try makes sense. */
async function take(
  remote: RemoteBlob,
  incoming: IncomingBlob,
  { digest, size }: Wanted,
  progress: LayerProgress,
  signal: AbortSignal,
): Promise<void> {
  const chunks = remote.stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new PassingFailure(`unexpected end of ${digest}: ${messageOf(error)}`, { cause: error });
      });
      signal.throwIfAborted();
      if (next.done === true) break;
      const chunk: Buffer = next.value;
      if (incoming.size + chunk.length > size)
        throw internal(`size mismatch: ${digest} is longer than its ${size} bytes`);
      const { length } = chunk;
      await incoming.append(chunk);
      giveBack(chunk);
      progress.advance(length);
      progress.at('Downloading', incoming.size, size);
    }
  } finally {
    remote.stream.destroy();
  }
  if (incoming.size < size)
    throw new PassingFailure(`unexpected end of ${digest}: ${incoming.size} of ${size} bytes came`);
}

/**
 * Brings the blob to the end, from where an earlier try has got to. A part that turns out wrong is forgotten; where
 * it was an earlier try's, the whole is fetched once more.
 */
export async function download(
  repository: Repository,
  incoming: IncomingBlob,
  wanted: Wanted,
  options: { readonly progress: LayerProgress; readonly rules: RetryRules },
): Promise<void> {
  const { digest, size } = wanted;
  const { progress, rules } = options;
  const { signal } = rules;
  let inherited = incoming.size > 0;
  const forget = async (): Promise<void> => {
    progress.advance(-incoming.size);
    await incoming.reset();
    inherited = false;
  };
  if (incoming.size > size) await incoming.reset();
  progress.advance(incoming.size);
  for (;;) {
    await withRetries(
      async () => {
        if (incoming.size === size) return;
        const remote = await repository.blob(digest, incoming.size, signal);
        if (remote.offset !== incoming.size) await forget();
        await take(remote, incoming, wanted, progress, signal);
      },
      () => incoming.size,
      rules,
      progress,
    ).catch(async (error: unknown) => {
      // What is too long has nothing that is worth keeping.
      if (!(error instanceof PassingFailure) && !signal.aborted) await forget();
      throw error;
    });
    progress.say('Verifying Checksum');
    if (await incoming.isWhole()) break;
    const again = inherited;
    await forget();
    if (!again) throw internal(`filesystem layer verification failed for digest ${digest}`);
  }
  progress.say('Download complete');
}
