import type { FileHandle } from 'node:fs/promises';
import { internal } from '../../../errors/minke-error.ts';
import type { ByteRange, Take } from '../contract.ts';
import type { ReadBuffers } from './buffers.ts';

/** Buffers in turn: one is read into while the others are on their way out, so that the socket never waits. */
const TURNS = 3;

export async function sendFile(
  file: FileHandle,
  { start, end }: ByteRange,
  take: Take,
  buffers: ReadBuffers,
): Promise<void> {
  const ring = Array.from({ length: Math.min(TURNS, Math.ceil((end - start) / buffers.piece)) }, () => ({
    buffer: buffers.take(),
    leaving: Promise.resolve(),
  }));
  try {
    for (let at = start, turn = 0; at < end; turn += 1) {
      const place = ring[turn % ring.length];
      if (place === undefined) break;
      await place.leaving;
      const { buffer } = place;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw internal('a stored object is shorter than it was');
      at += bytesRead;
      place.leaving = take(buffer.subarray(0, bytesRead));
      // Looked at when its turn comes again; a failure before that must not count as unhandled.
      place.leaving.catch(() => {});
    }
    for (const { leaving } of ring) await leaving;
  } finally {
    for (const { buffer, leaving } of ring) {
      await leaving.catch(() => {});
      buffers.giveBack(buffer);
    }
  }
}
