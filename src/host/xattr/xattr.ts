/** Extended attributes by descriptor, or of a name in an open directory (never following a link there). */

import { nameFromBytes, nameToBytes } from '../../kit/tar/name-bytes.ts';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';

type Path = string | Buffer;

const c = {
  flistxattr: bind<[number, Buffer, number], number>('long flistxattr(int fd, uint8_t *list, size_t size)'),
  llistxattr: bind<[Path, Buffer, number], number>(
    'long llistxattr(const char *path, uint8_t *list, size_t size)',
  ),
  fgetxattr: bind<[number, Path, Buffer, number], number>(
    'long fgetxattr(int fd, const char *name, uint8_t *value, size_t size)',
  ),
  lgetxattr: bind<[Path, Path, Buffer, number], number>(
    'long lgetxattr(const char *path, const char *name, uint8_t *value, size_t size)',
  ),
  fsetxattr: bind<[number, Path, Buffer, number, number], number>(
    'int fsetxattr(int fd, const char *name, const uint8_t *value, size_t size, int flags)',
  ),
  lsetxattr: bind<[Path, Path, Buffer, number, number], number>(
    'int lsetxattr(const char *path, const char *name, const uint8_t *value, size_t size, int flags)',
  ),
};

/** A file: by a readable or writable descriptor, or by its directory and name. */
export type XattrSubject = { readonly fd: number } | { readonly dir: number; readonly name: string };

/** The directory's part is its descriptor, so only `name` is resolved, and the l… calls do not follow it. */
function pathOf(dir: number, name: string): Path {
  const path = `/proc/self/fd/${dir}/${name}`;
  return path.isWellFormed() ? path : Buffer.concat([nameToBytes(path), Buffer.of(0)]);
}

/** The kernel's limits: XATTR_LIST_MAX and XATTR_SIZE_MAX. */
const buffer = Buffer.alloc(65_536);

const unsupported = (error: SystemError): boolean => error.code === 'ENOTSUP' || error.code === 'EOPNOTSUPP';

/** Names; none where the filesystem has no attributes. */
export function listXattrs(subject: XattrSubject): string[] {
  const size =
    'fd' in subject
      ? c.flistxattr(subject.fd, buffer, buffer.length)
      : c.llistxattr(pathOf(subject.dir, subject.name), buffer, buffer.length);
  if (size === 0) return [];
  if (size === -1) {
    const error = new SystemError('listxattr', lastErrno());
    if (unsupported(error)) return [];
    throw error;
  }
  return nameFromBytes(buffer, 0, size - 1).split('\0');
}

/** Null where there is no such attribute. */
export function getXattr(subject: XattrSubject, name: string): Buffer | null {
  const size =
    'fd' in subject
      ? c.fgetxattr(subject.fd, name, buffer, buffer.length)
      : c.lgetxattr(pathOf(subject.dir, subject.name), name, buffer, buffer.length);
  if (size !== -1) return Buffer.from(buffer.subarray(0, size));
  const error = new SystemError('getxattr', lastErrno(), name);
  if (error.code === 'ENODATA' || unsupported(error)) return null;
  throw error;
}

export function setXattr(subject: XattrSubject, name: string, value: Buffer): void {
  const bytes = value.length === 0 ? buffer.subarray(0, 1) : value;
  const result =
    'fd' in subject
      ? c.fsetxattr(subject.fd, name, bytes, value.length, 0)
      : c.lsetxattr(pathOf(subject.dir, subject.name), name, bytes, value.length, 0);
  if (result === -1) throw new SystemError('setxattr', lastErrno(), name);
}
