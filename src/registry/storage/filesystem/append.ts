import type { FileHandle } from 'node:fs/promises';

/** Bytes that make a write worth its while. */
const BATCH = 1 << 20;
/** Bytes that may be gathered behind a write that takes long; all uploads together may have so many times that. */
const MOST = 8 << 20;
const TOGETHER = 64 << 20;
/** Bytes after which the disk is told to begin, so that the flush at the end is short. */
const FLUSH_EVERY = 64 << 20;

/** Bytes that wait in all uploads of this process. */
let waiting = 0;

/** One file being written at its end: a write is under way while the next bytes are gathered. */
class Appending {
  readonly #file: FileHandle;
  written: number;
  #flushed: number;
  #flushing: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #batch: Uint8Array[] = [];
  #gathered = 0;

  constructor(file: FileHandle, at: number) {
    this.#file = file;
    this.written = at;
    this.#flushed = at;
  }

  /** Resolves when there is room for more. */
  async add(piece: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#batch.push(piece);
    this.#gathered += piece.length;
    waiting += piece.length;
    if (this.#gathered < BATCH) return;
    if (this.#writing !== undefined) {
      if (this.#gathered < MOST && waiting < TOGETHER) return;
      await this.#writing;
    }
    this.#begin();
  }

  #begin(): void {
    const [pieces, length] = [this.#batch, this.#gathered];
    this.#batch = [];
    this.#gathered = 0;
    this.#writing = this.#write(pieces, length)
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        waiting -= length;
        this.#writing = undefined;
      });
  }

  async #write(pieces: Uint8Array[], length: number): Promise<void> {
    let rest = pieces;
    for (let done = 0; done < length; ) {
      const { bytesWritten } = await this.#file.writev(rest, this.written + done);
      done += bytesWritten;
      rest = after(rest, bytesWritten);
    }
    this.written += length;
    if (this.written - this.#flushed < FLUSH_EVERY || this.#flushing !== undefined) return;
    this.#flushed = this.written;
    // The flush at the end meets the same failure.
    this.#flushing = this.#file
      .datasync()
      .catch(() => {})
      .finally(() => {
        this.#flushing = undefined;
      });
  }

  /** Writes what is left. Throws what went wrong in any write. */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#failure === undefined && this.#gathered > 0) {
      this.#begin();
      await this.#writing;
    }
    waiting -= this.#gathered;
    this.#gathered = 0;
    await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/**
 * Writes what comes to the file's end at `at`; answers the new size. Where `content` throws, what it gave before is
 * written and the error passed on. Where the disk is full, the file is cut back to the last whole write.
 */
export async function appendTo(
  file: FileHandle,
  at: number,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const appending = new Appending(file, at);
  try {
    try {
      for await (const piece of content) if (piece.length > 0) await appending.add(piece);
    } finally {
      await appending.end();
    }
  } catch (error) {
    await file.truncate(appending.written).catch(() => {});
    throw error;
  }
  return appending.written;
}

/** What is left of pieces of which `count` bytes are written. */
function after(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = count;
  for (const piece of pieces) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      rest.push(skip === 0 ? piece : piece.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
