/** FIFOs (mkfifo(3)), and moving or copying what waits in pipes without reading it (splice(2), tee(2)). */
import { closeSync, constants, openSync } from 'node:fs';
import { bind, bindChecked, lastErrno, SystemError } from '../ffi/libc.ts';
import { openPipe, type PipeEnds, readNow } from './pipe.ts';

const mkfifo = bindChecked<[string, number]>('int mkfifo(const char *path, uint mode)');
const tee = bind<[number, number, number, number], number>(
  'long tee(int from, int to, ulong length, uint flags)',
);
const splice = bind<[number, null, number, null, number, number], number>(
  'long splice(int from, void *from_at, int to, void *to_at, ulong length, uint flags)',
);

const SPLICE_F_NONBLOCK = 2;
const EAGAIN = 11;
const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** Makes a FIFO, 0600. `EEXIST` where there is something. */
export function makeFifo(path: string): void {
  mkfifo(path, 0o600);
}

const modes = { read: O_RDONLY, write: O_WRONLY, both: O_RDWR } as const;

/** Opens a FIFO without waiting for its other side; `ENXIO` for `write` where nobody reads. */
export const openFifo = (path: string, mode: keyof typeof modes): number =>
  openSync(path, modes[mode] | O_NONBLOCK);

/** A FIFO's capacity as the kernel makes it; one `moveBytes` never moves more. */
export const pipeBytes = 64 * 1024;

function moved(call: string, result: number): number {
  if (result >= 0) return result;
  const errno = lastErrno();
  if (errno === EAGAIN) return -1;
  throw new SystemError(call, errno);
}

/**
 * Moves what waits in one pipe into another, in one step that a kill can't cut in two. Returns the bytes moved, 0 at
 * the end of the first, -1 where there is nothing now.
 */
export const moveBytes = (from: number, to: number): number =>
  moved('splice', splice(from, null, to, null, pipeBytes, SPLICE_F_NONBLOCK));

let scratch: PipeEnds | undefined;

/** Reads what waits in a pipe into `buffer` and leaves it there. Returns its length, 0 where there is nothing. */
export function peekBytes(from: number, buffer: Buffer): number {
  scratch ??= openPipe(O_NONBLOCK);
  const copied = moved('tee', tee(from, scratch.writer, buffer.length, SPLICE_F_NONBLOCK));
  if (copied <= 0) return 0;
  let length = 0;
  while (length < copied) length += readNow(scratch.reader, buffer.subarray(length)) ?? 0;
  return length;
}

/** Closes descriptors that may be absent. */
export function closeAll(...fds: (number | undefined)[]): void {
  for (const fd of fds) if (fd !== undefined) closeSync(fd);
}
