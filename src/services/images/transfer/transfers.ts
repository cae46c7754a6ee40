import type { IncomingBlob, IncomingBlobs } from '../../../drivers/state/contract.ts';
import { KeyedLock } from '../../../kit/lock/keyed-lock.ts';
import { Semaphore } from '../../../kit/lock/semaphore.ts';
import type { Digest } from '../../../wire/digest.ts';

export interface TransferLimits {
  readonly downloads: number;
  readonly uploads: number;
  /** Tries of one layer. */
  readonly attempts: number;
}

/** What becomes of compressed layers once they are unpacked. */
export type BlobPolicy = 'keep' | 'drop';

interface Shared {
  users: number;
  unpacked: boolean;
  incoming: Promise<IncomingBlob> | undefined;
}

/** A blob that this operation has open, together with others. */
export interface SharedBlob {
  /** Opened at the first call. */
  open(): Promise<IncomingBlob>;
  /** The layer is made: the blob is needed no longer. */
  done(): void;
  /** The last to leave keeps or drops the blob; `later`, or one that is not unpacked, stays for the next try. */
  leave(what: BlobPolicy | 'later'): Promise<void>;
}

/** What goes on at once over all operations: limits, and blobs that several of them want. */
export class Transfers {
  readonly downloads: Semaphore;
  readonly uploads: Semaphore;
  /** One download of a blob at a time: the second finds it whole. */
  readonly blobs = new KeyedLock();
  readonly #incoming: IncomingBlobs;
  readonly #shared = new Map<Digest, Shared>();
  /** Blobs that are being put away. */
  readonly #leaving = new Map<Digest, Promise<void>>();

  constructor(incoming: IncomingBlobs, limits: () => TransferLimits) {
    this.#incoming = incoming;
    this.downloads = new Semaphore(() => limits().downloads);
    this.uploads = new Semaphore(() => limits().uploads);
  }

  share(digest: Digest): SharedBlob {
    const shared: Shared = this.#shared.get(digest) ?? { users: 0, unpacked: false, incoming: undefined };
    shared.users++;
    this.#shared.set(digest, shared);
    return {
      open: () => {
        shared.incoming ??= this.#open(digest);
        return shared.incoming;
      },
      done: () => {
        shared.unpacked = true;
      },
      leave: async (what) => {
        shared.users--;
        if (shared.users > 0) return;
        this.#shared.delete(digest);
        const leaving = putAway(shared, what).finally(() => this.#leaving.delete(digest));
        this.#leaving.set(digest, leaving);
        await leaving;
      },
    };
  }

  /**
   * Throws away what came of blobs that nobody is bringing now. Answers bytes.
   * @param which default all
   */
  async dropParts(which?: readonly Digest[]): Promise<number> {
    let bytes = 0;
    for (const digest of await this.#incoming.list()) {
      if (this.#shared.has(digest) || which?.includes(digest) === false) continue;
      const part = this.share(digest);
      const { size } = await part.open();
      // Whoever came meanwhile goes on with it.
      const alone = this.#shared.get(digest)?.users === 1;
      if (alone) part.done();
      await part.leave(alone ? 'drop' : 'later');
      if (alone) bytes += size;
    }
    return bytes;
  }

  async #open(digest: Digest): Promise<IncomingBlob> {
    await this.#leaving.get(digest);
    return this.#incoming.open(digest);
  }
}

async function putAway({ incoming, unpacked }: Shared, what: BlobPolicy | 'later'): Promise<void> {
  const blob = await incoming?.catch(() => undefined);
  if (blob === undefined) return;
  if (!unpacked || what === 'later') await blob.close();
  else if (what === 'keep') await blob.keep();
  else await blob.discard();
}
