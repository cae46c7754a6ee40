/** pipe2(2), read(2), write(2) without an exception for EAGAIN, which is the usual end of a loop here. */
import { bind, bindChecked, lastErrno, SystemError } from '../ffi/libc.ts';

const pipe2 = bindChecked<[Buffer, number]>('int pipe2(int *fds, int flags)');
const readBytes = bind<[number, Buffer, number], number>('long read(int fd, void *buffer, ulong count)');
const writeBytes = bind<[number, Buffer, number], number>(
  'long write(int fd, const void *buffer, ulong count)',
);

const EINTR = 4;
const EAGAIN = 11;
const EPIPE = 32;
/** What reading a terminal gives when its other side has gone. */
const EIO = 5;
const O_CLOEXEC = 0o2000000;

export interface PipeEnds {
  readonly reader: number;
  readonly writer: number;
}

/** A close-on-exec pipe. `flags`: `O_NONBLOCK` where both ends shall have it. */
export function openPipe(flags = 0): PipeEnds {
  const fds = Buffer.alloc(8);
  pipe2(fds, O_CLOEXEC | flags);
  return { reader: fds.readInt32LE(0), writer: fds.readInt32LE(4) };
}

/** Bytes read into `buffer`; 0 at the end (a terminal's hang-up too); `undefined` where there is nothing now. */
export function readNow(fd: number, buffer: Buffer): number | undefined {
  for (;;) {
    const count = readBytes(fd, buffer, buffer.length);
    if (count >= 0) return count;
    const errno = lastErrno();
    if (errno === EINTR) continue;
    if (errno === EAGAIN) return undefined;
    if (errno === EIO) return 0;
    throw new SystemError('read', errno);
  }
}

/** Bytes taken; 0 where none are taken now; `undefined` where nobody reads any more. */
export function writeNow(fd: number, buffer: Buffer): number | undefined {
  for (;;) {
    const count = writeBytes(fd, buffer, buffer.length);
    if (count >= 0) return count;
    const errno = lastErrno();
    if (errno === EINTR) continue;
    if (errno === EAGAIN) return 0;
    if (errno === EPIPE || errno === EIO) return undefined;
    throw new SystemError('write', errno);
  }
}
