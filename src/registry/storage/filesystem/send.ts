import type { FileHandle } from 'node:fs/promises';
import { internal } from '../../../errors/minke-error.ts';
import type { ByteRange, Take } from '../contract.ts';
import type { ReadBuffers } from './buffers.ts';

/** Two buffers in turn: one is read into while the other is on its way out. */
export async function sendFile(
  file: FileHandle,
  { start, end }: ByteRange,
  take: Take,
  buffers: ReadBuffers,
): Promise<void> {
  const pair = [buffers.take(), buffers.take()];
  let leaving: Promise<void> = Promise.resolve();
  try {
    for (let at = start, turn = 0; at < end; turn ^= 1) {
      const buffer = pair[turn];
      if (buffer === undefined) break;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw internal('a stored object is shorter than it was');
      at += bytesRead;
      await leaving;
      leaving = take(buffer.subarray(0, bytesRead));
      // Looked at in the next round; a failure before that must not count as unhandled.
      leaving.catch(() => {});
    }
    await leaving;
  } finally {
    await leaving.catch(() => {});
    for (const buffer of pair) buffers.giveBack(buffer);
  }
}
