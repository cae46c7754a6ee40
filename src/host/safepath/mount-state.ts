/** What mount an open file lies on: fstatfs(2), statx(2). */
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';
import { AT_EMPTY_PATH } from './flags.ts';

const fstatfs = bind<[number, Buffer], number>('int fstatfs(int fd, uint8_t *result)');
const statx = bind<[number, string, number, number, Buffer], number>(
  'int statx(int dir, const char *name, int flags, unsigned int mask, uint8_t *result)',
);

const ST_RDONLY = 1;
const TMPFS_MAGIC = 0x01021994;
const STATX_MNT_ID = 0x1000;

const filesystem = Buffer.alloc(256);
const result = Buffer.alloc(256);

function statfs(fd: number): Buffer {
  if (fstatfs(fd, filesystem) === -1) throw new SystemError('fstatfs', lastErrno());
  return filesystem;
}

/** The mount or its filesystem takes no writes. */
export const isReadOnly = (fd: number): boolean => (statfs(fd).readUInt32LE(80) & ST_RDONLY) !== 0;

export const isTmpfs = (fd: number): boolean => statfs(fd).readUInt32LE(0) === TMPFS_MAGIC;

/** Null where the kernel does not tell (before 5.8). */
function mountId(fd: number): bigint | null {
  if (statx(fd, '', AT_EMPTY_PATH, STATX_MNT_ID, result) === -1) throw new SystemError('statx', lastErrno());
  return (result.readUInt32LE(0) & STATX_MNT_ID) === 0 ? null : result.readBigUInt64LE(144);
}

/** True where the kernel does not tell. */
export const onSameMount = (a: number, b: number): boolean => mountId(a) === mountId(b);
