import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { SystemError } from '../../../host/ffi/libc.ts';

const ELOOP = 40;
const mode = 0o640;
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

function regular(fd: number, path: string): number {
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new SystemError('open', ELOOP, path);
}

const missing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

function create(path: string, flags: number): number {
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (!missing(error)) throw error;
    // The `local` driver's own folder. Its parent is the container's: one that was removed does not come back.
    mkdirSync(dirname(path), { mode: 0o700 });
    return openSync(path, flags, mode);
  }
}

/** The current log file for appending, its folder (0700) included; a link in its place is refused (`ELOOP`). */
export function openForWriting(path: string, fresh = false): number {
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (fresh ? O_TRUNC : 0);
  const fd = regular(create(path, flags), path);
  fchmodSync(fd, mode);
  return fd;
}

/** A log file for reading; a link in its place is refused (`ELOOP`). `undefined` where there is none. */
export function openForReading(path: string): number | undefined {
  try {
    return regular(openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path);
  } catch (error) {
    if (missing(error)) return undefined;
    throw error;
  }
}
