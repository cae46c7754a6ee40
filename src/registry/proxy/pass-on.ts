import { internal } from '../../errors/minke-error.ts';
import type { Digest } from '../../wire/digest.ts';
import type { RepositoryName } from '../names.ts';
import type { ByteRange, Take } from '../storage/contract.ts';
import type { Uploads } from '../store/uploads.ts';
import type { UpstreamRepository } from './contract.ts';

export interface Passing {
  readonly uploads: Uploads;
  readonly upstream: UpstreamRepository;
  readonly name: RepositoryName;
  readonly digest: Digest;
  /** Bytes of the whole. */
  readonly size: number;
  /** What the client wants of it. */
  readonly range: ByteRange;
  readonly take: Take;
  readonly signal: AbortSignal;
}

/** Connections that one blob may take. */
const TRIES = 3;

/**
 * Fetches a blob into the store and hands it to a client on the way. The client's last piece is held back until the
 * digest was found right, so it never has the whole of something wrong. A client that goes away does not end the
 * fetching.
 */
export function passOn(passing: Passing): { readonly stored: Promise<void>; readonly sent: Promise<void> } {
  const hand = new Hand(passing.range, passing.take);
  const stored = store(passing, hand);
  return { stored, sent: stored.then(() => hand.finish()) };
}

async function store({ uploads, upstream, name, digest, size, signal }: Passing, hand: Hand): Promise<void> {
  const id = await uploads.begin(name, null, digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  const key = { name, id, user: null };
  const content = { pieces: fetched(upstream, digest, size, signal, hand), stop: () => {} };
  try {
    await uploads.finish(key, digest, null, content, () => {});
  } catch (error) {
    await uploads.cancel(key).catch(() => {});
    throw error;
  }
}

/** The bytes from the other registry; goes on where a connection breaks. */
async function* fetched(
  upstream: UpstreamRepository,
  digest: Digest,
  size: number,
  signal: AbortSignal,
  hand: Hand,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let tries = 1; at < size; tries += 1) {
    try {
      const { offset, stream } = await upstream.blob(digest, at, signal);
      let position = offset;
      for await (const chunk of stream) {
        const piece: Uint8Array = chunk;
        const skip = Math.max(0, at - position);
        position += piece.length;
        if (skip >= piece.length) continue;
        const fresh = piece.subarray(skip);
        if (at + fresh.length > size) throw internal(`the other registry sends more than ${size} bytes`);
        await hand.offer(fresh, at);
        at += fresh.length;
        yield fresh;
      }
      if (at < size) throw internal('the other registry ended early');
    } catch (error) {
      if (tries === TRIES || at > size) throw error;
    }
  }
}

/** What goes to the client: one piece behind what has come. */
class Hand {
  readonly #range: ByteRange;
  readonly #take: Take;
  #held: Uint8Array | null = null;
  #failure: unknown;

  constructor(range: ByteRange, take: Take) {
    this.#range = range;
    this.#take = take;
  }

  async offer(piece: Uint8Array, at: number): Promise<void> {
    const start = Math.max(0, this.#range.start - at);
    const end = Math.min(piece.length, this.#range.end - at);
    if (start >= end || this.#failure !== undefined) return;
    const before = this.#held;
    this.#held = Buffer.from(piece.subarray(start, end));
    if (before !== null) await this.#send(before);
  }

  async #send(piece: Uint8Array): Promise<void> {
    try {
      await this.#take(piece);
    } catch (error) {
      this.#failure = error;
    }
  }

  async finish(): Promise<void> {
    if (this.#held !== null && this.#failure === undefined) await this.#send(this.#held);
    if (this.#failure !== undefined) throw this.#failure;
  }
}
