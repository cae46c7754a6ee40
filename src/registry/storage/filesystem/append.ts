import type { FileHandle } from 'node:fs/promises';

/** Bytes gathered for one write. */
const BATCH = 1 << 20;
/** Bytes after which the disk is told to begin, so that the flush at the end is short. */
const FLUSH_EVERY = 64 << 20;

/**
 * Writes what comes to the file's end at `at`, one write under way while the next is gathered; answers the new size.
 * Where `content` throws, what it gave before is written and the error passed on. Where the disk is full, the file is
 * cut back to the last whole write.
 */
export async function appendTo(
  file: FileHandle,
  at: number,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  let written = at;
  let flushed = at;
  let flushing: Promise<void> | undefined;
  let pending: Promise<void> = Promise.resolve();
  let batch: Uint8Array[] = [];
  let gathered = 0;

  const write = async (pieces: Uint8Array[], length: number): Promise<void> => {
    let done = 0;
    let rest = pieces;
    while (done < length) {
      const { bytesWritten } = await file.writev(rest, written + done);
      done += bytesWritten;
      rest = after(rest, bytesWritten);
    }
    written += length;
    if (written - flushed >= FLUSH_EVERY && flushing === undefined) {
      flushed = written;
      flushing = file.datasync().finally(() => {
        flushing = undefined;
      });
      // The flush at the end meets the same failure.
      flushing.catch(() => {});
    }
  };
  const send = async (): Promise<void> => {
    await pending;
    if (gathered === 0) return;
    pending = write(batch, gathered);
    pending.catch(() => {});
    batch = [];
    gathered = 0;
  };

  try {
    try {
      for await (const piece of content) {
        if (piece.length === 0) continue;
        batch.push(piece);
        gathered += piece.length;
        if (gathered >= BATCH) await send();
      }
    } finally {
      await send();
      await pending;
    }
  } catch (error) {
    await file.truncate(written).catch(() => {});
    throw error;
  } finally {
    await flushing?.catch(() => {});
  }
  return written;
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
