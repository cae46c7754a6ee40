import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { SystemError } from '../../../host/ffi/libc.ts';

const ELOOP = 40;
const mode = 0o640;
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

function regular(fd: number, path: string): number {
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new SystemError('open', ELOOP, path);
}

/** The current log file for appending; a link in its place is refused (`ELOOP`). */
export function openForWriting(path: string, fresh = false): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (fresh ? O_TRUNC : 0);
  const fd = regular(openSync(path, flags, mode), path);
  fchmodSync(fd, mode);
  return fd;
}

/** A log file for reading; a link in its place is refused (`ELOOP`). `undefined` where there is none. */
export function openForReading(path: string): number | undefined {
  try {
    return regular(openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
