import { SystemError } from '../ffi/libc.ts';
import { travels } from '../xattr/policy.ts';
import { setXattr, type XattrSubject } from '../xattr/xattr.ts';

/** Attributes a filesystem or a kind of file can't have are left out, as Docker does; other failures throw. */
const tolerated = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL']);

export function applyXattrs(subject: XattrSubject, xattrs: ReadonlyMap<string, Buffer>): void {
  for (const [name, value] of xattrs) {
    if (!travels(name)) continue;
    try {
      setXattr(subject, name, value);
    } catch (error) {
      if (!(error instanceof SystemError) || !tolerated.has(error.code)) throw error;
    }
  }
}
