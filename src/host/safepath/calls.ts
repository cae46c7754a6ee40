/**
 * File calls relative to a directory's descriptor. Names are single components (or '' with AT_EMPTY_PATH); none of
 * these follows a symlink in the last component unless its comment says so. Failures throw SystemError.
 *
 * Synchronous: each takes a few microseconds. Work on whole trees belongs into a worker thread.
 */

import { nameForKernel } from '../../kit/tar/name-bytes.ts';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';
import { AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOFOLLOW } from './flags.ts';
import { writeSize } from './write-size.ts';

type Name = string | Buffer;

const c = {
  openat: bind<[number, Name, number, number], number>(
    'int openat(int dir, const char *name, int flags, unsigned int mode)',
  ),
  close: bind<[number], number>('int close(int fd)'),
  mkdirat: bind<[number, Name, number], number>('int mkdirat(int dir, const char *name, unsigned int mode)'),
  symlinkat: bind<[Name, number, Name], number>(
    'int symlinkat(const char *target, int dir, const char *name)',
  ),
  linkat: bind<[number, Name, number, Name, number], number>(
    'int linkat(int olddir, const char *old, int dir, const char *name, int flags)',
  ),
  mknodat: bind<[number, Name, number, number], number>(
    'int mknodat(int dir, const char *name, unsigned int mode, unsigned long device)',
  ),
  renameat: bind<[number, Name, number, Name], number>(
    'int renameat(int olddir, const char *old, int dir, const char *name)',
  ),
  unlinkat: bind<[number, Name, number], number>('int unlinkat(int dir, const char *name, int flags)'),
  readlinkat: bind<[number, Name, Buffer, number], number>(
    'long readlinkat(int dir, const char *name, uint8_t *target, size_t size)',
  ),
  fchmod: bind<[number, number], number>('int fchmod(int fd, unsigned int mode)'),
  chmod: bind<[string, number], number>('int chmod(const char *path, unsigned int mode)'),
  fchown: bind<[number, number, number], number>('int fchown(int fd, unsigned int uid, unsigned int gid)'),
  fchownat: bind<[number, Name, number, number, number], number>(
    'int fchownat(int dir, const char *name, unsigned int uid, unsigned int gid, int flags)',
  ),
  futimens: bind<[number, Buffer], number>('int futimens(int fd, const uint8_t *times)'),
  utimensat: bind<[number, Name, Buffer, number], number>(
    'int utimensat(int dir, const char *name, const uint8_t *times, int flags)',
  ),
  ftruncate: bind<[number, number], number>('int ftruncate(int fd, long length)'),
  write: bind<[number, Buffer, number], number>('long write(int fd, const uint8_t *data, size_t size)'),
  pwrite: bind<[number, Buffer, number, number], number>(
    'long pwrite(int fd, const uint8_t *data, size_t size, long offset)',
  ),
  pread: bind<[number, Buffer, number, number], number>(
    'long pread(int fd, uint8_t *data, size_t size, long offset)',
  ),
  copy_file_range: bind<[number, null, number, null, number, number], number>(
    'long copy_file_range(int from, void *fromOffset, int to, void *toOffset, size_t size, unsigned int flags)',
  ),
};

/** Keeps short-circuits cheap: the subject of the message is only built on failure. */
function checked(result: number, call: string, name: string): number {
  if (result === -1) throw new SystemError(call, lastErrno(), JSON.stringify(name));
  return result;
}

/** `O_CLOEXEC | O_NOFOLLOW` are always added. */
export const openAt = (dir: number, name: string, flags: number, mode = 0): number =>
  checked(c.openat(dir, nameForKernel(name), flags | O_CLOEXEC | O_NOFOLLOW, mode), 'openat', name);

/** As `openAt`, but answers the negative errno where that fails: for callers to whom failing is a usual answer. */
export const tryOpenAt = (dir: number, name: string, flags: number, mode = 0): number => {
  const fd = c.openat(dir, nameForKernel(name), flags | O_CLOEXEC | O_NOFOLLOW, mode);
  return fd === -1 ? -lastErrno() : fd;
};

/** A root to work below, by a path of our own that is trusted with its links. */
export const openTrusted = (path: string, flags: number, mode = 0): number =>
  checked(c.openat(-100, nameForKernel(path), flags | O_CLOEXEC, mode), 'open', path);

export const closeFd = (fd: number): void => {
  c.close(fd);
};

export const makeDirectoryAt = (dir: number, name: string, mode: number): void => {
  checked(c.mkdirat(dir, nameForKernel(name), mode), 'mkdirat', name);
};

export const tryMakeDirectoryAt = (dir: number, name: string, mode: number): number =>
  c.mkdirat(dir, nameForKernel(name), mode) === -1 ? -lastErrno() : 0;

/** `target` is stored as it is. */
export const symlinkAt = (target: string, dir: number, name: string): void => {
  checked(c.symlinkat(nameForKernel(target), dir, nameForKernel(name)), 'symlinkat', name);
};

/** A hard link to the old name itself, also where that is a symlink. */
export const linkAt = (oldDir: number, oldName: string, dir: number, name: string): void => {
  checked(c.linkat(oldDir, nameForKernel(oldName), dir, nameForKernel(name), 0), 'linkat', name);
};

/** glibc's `makedev`. */
const deviceNumber = (major: number, minor: number): number =>
  Number(
    ((BigInt(major) & 0xfffff000n) << 32n) |
      ((BigInt(major) & 0xfffn) << 8n) |
      ((BigInt(minor) & 0xffffff00n) << 12n) |
      (BigInt(minor) & 0xffn),
  );

/** @param mode the S_IF… type and permissions (less the umask) */
export const makeNodeAt = (dir: number, name: string, mode: number, major: number, minor: number): void => {
  checked(c.mknodat(dir, nameForKernel(name), mode, deviceNumber(major, minor)), 'mknodat', name);
};

export const renameAt = (oldDir: number, oldName: string, dir: number, name: string): void => {
  checked(c.renameat(oldDir, nameForKernel(oldName), dir, nameForKernel(name)), 'renameat', name);
};

export const unlinkAt = (dir: number, name: string): void => {
  checked(c.unlinkat(dir, nameForKernel(name), 0), 'unlinkat', name);
};

export const tryUnlinkAt = (dir: number, name: string): number =>
  c.unlinkat(dir, nameForKernel(name), 0) === -1 ? -lastErrno() : 0;

export const removeDirectoryAt = (dir: number, name: string): void => {
  checked(c.unlinkat(dir, nameForKernel(name), AT_REMOVEDIR), 'rmdir', name);
};

const linkBuffer = Buffer.alloc(4097);

/** The target's bytes. `name` may be '' where `dir` is an O_PATH descriptor of the link. */
export const readLinkBytesAt = (dir: number, name: string): Buffer => {
  const length = checked(
    c.readlinkat(dir, nameForKernel(name), linkBuffer, linkBuffer.length),
    'readlinkat',
    name,
  );
  return Buffer.from(linkBuffer.subarray(0, length));
};

export const setMode = (fd: number, mode: number): void => {
  checked(c.fchmod(fd, mode), 'fchmod', '');
};

/** For an O_PATH descriptor of anything but a symlink. */
export const setModeOfPath = (fd: number, mode: number): void => {
  checked(c.chmod(`/proc/self/fd/${fd}`, mode), 'chmod', '');
};

export const setOwner = (fd: number, uid: number, gid: number): void => {
  checked(c.fchown(fd, uid, gid), 'fchown', '');
};

export const setOwnerAt = (dir: number, name: string, uid: number, gid: number): void => {
  const flags = AT_SYMLINK_NOFOLLOW | (name === '' ? AT_EMPTY_PATH : 0);
  checked(c.fchownat(dir, nameForKernel(name), uid, gid, flags), 'fchownat', name);
};

const times = Buffer.alloc(32);

export interface FileTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

function fillTimes({ seconds, nanoseconds }: FileTime): void {
  for (const at of [0, 16]) {
    times.writeInt32LE(Math.floor(seconds / 2 ** 32), at + 4);
    times.writeUInt32LE(((seconds % 2 ** 32) + 2 ** 32) % 2 ** 32, at);
    times.writeUInt32LE(nanoseconds, at + 8);
  }
}

/** Sets access and modification time alike. */
export const setTimes = (fd: number, time: FileTime): void => {
  fillTimes(time);
  checked(c.futimens(fd, times), 'futimens', '');
};

export const setTimesAt = (dir: number, name: string, time: FileTime): void => {
  fillTimes(time);
  checked(c.utimensat(dir, nameForKernel(name), times, AT_SYMLINK_NOFOLLOW), 'utimensat', name);
};

export const setLength = (fd: number, length: number): void => {
  checked(c.ftruncate(fd, length), 'ftruncate', '');
};

/** Writes all of it at the descriptor's position. */
export const writeAll = (fd: number, data: Buffer): void => {
  for (let rest = data; rest.length > 0; ) {
    const count = checked(c.write(fd, rest, Math.min(rest.length, writeSize)), 'write', '');
    rest = rest.subarray(count);
  }
};

export const writeAllAt = (fd: number, data: Buffer, offset: number): void => {
  let done = 0;
  while (done < data.length) {
    const length = Math.min(data.length - done, writeSize);
    done += checked(c.pwrite(fd, data.subarray(done), length, offset + done), 'pwrite', '');
  }
};

/** Bytes read, 0 at the end. */
export const readAt = (fd: number, data: Buffer, offset: number): number =>
  checked(c.pread(fd, data, data.length, offset), 'pread', '');

/** Copies up to `size` bytes between the two descriptors' positions; shares blocks where the filesystem can. 0 at the end. */
export const copyRange = (from: number, to: number, size: number): number =>
  checked(c.copy_file_range(from, null, to, null, size, 0), 'copy_file_range', '');
