/** statx(2): the same layout on every architecture. */
import { nameForKernel } from '../../kit/tar/name-bytes.ts';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';
import type { FileTime } from './calls.ts';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, S_IFDIR, S_IFMT } from './flags.ts';

const statx = bind<[number, string | Buffer, number, number, Buffer], number>(
  'int statx(int dir, const char *name, int flags, unsigned int mask, uint8_t *result)',
);

export interface FileStat {
  /** S_IF… type. */
  readonly type: number;
  /** 0…0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Bytes allocated on the disk. */
  readonly allocated: number;
  readonly mtime: FileTime;
  readonly ctime: FileTime;
  readonly links: number;
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  /** Device and inode as one key, for a file with more than one link; else ''. */
  readonly identity: string;
  /** Device of the filesystem. */
  readonly device: string;
  /** Something is mounted there (false where the kernel does not tell: before 5.8). */
  readonly mountRoot: boolean;
}

const basicStats = 0x7ff;
const STATX_ATTR_MOUNT_ROOT = 0x2000;
const result = Buffer.alloc(256);

const word = (at: number): number => result.readUInt32LE(at);
const long = (at: number): number => word(at + 4) * 2 ** 32 + word(at);
const time = (at: number): FileTime => ({
  seconds: result.readInt32LE(at + 4) * 2 ** 32 + word(at),
  nanoseconds: word(at + 8),
});

function read(): FileStat {
  const mode = result.readUInt16LE(28);
  const links = word(16);
  const shared = links > 1 && (mode & S_IFMT) !== S_IFDIR;
  const device = `${word(136)}:${word(140)}`;
  return {
    type: mode & S_IFMT,
    mode: mode & 0o7777,
    uid: word(20),
    gid: word(24),
    size: long(40),
    allocated: long(48) * 512,
    mtime: time(112),
    ctime: time(96),
    links,
    rdevMajor: word(128),
    rdevMinor: word(132),
    identity: shared ? `${device}:${result.readBigUInt64LE(32)}` : '',
    device,
    mountRoot: (word(8) & STATX_ATTR_MOUNT_ROOT) !== 0,
  };
}

/** Of the name itself, not of what a symlink points at. Null where there is none. */
export function tryStatAt(dir: number, name: string): FileStat | null {
  if (statx(dir, nameForKernel(name), AT_SYMLINK_NOFOLLOW, basicStats, result) === 0) return read();
  const failure = new SystemError('statx', lastErrno(), JSON.stringify(name));
  if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') return null;
  throw failure;
}

export function statAt(dir: number, name: string): FileStat {
  if (statx(dir, nameForKernel(name), AT_SYMLINK_NOFOLLOW, basicStats, result) === 0) return read();
  throw new SystemError('statx', lastErrno(), JSON.stringify(name));
}

export function statFd(fd: number): FileStat {
  if (statx(fd, '', AT_EMPTY_PATH, basicStats, result) === 0) return read();
  throw new SystemError('statx', lastErrno());
}
