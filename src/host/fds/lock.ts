import { closeSync, constants, openSync } from 'node:fs';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';

const flock = bind<[number, number], number>('int flock(int fd, int operation)');
const LOCK_EX = 2;
const LOCK_NB = 4;
const EAGAIN = 11;

/**
 * Takes a lock that ends with this process, however it ends (flock(2)). Returns the descriptor that holds it;
 * `undefined` where another process has it.
 */
export function takeLock(path: string): number | undefined {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return fd;
  const errno = lastErrno();
  closeSync(fd);
  if (errno === EAGAIN) return undefined;
  throw new SystemError('flock', errno, path);
}
