import { noXattrs } from '../../kit/tar/header.ts';
import { travels } from '../xattr/policy.ts';
import { getXattr, listXattrs, type XattrSubject } from '../xattr/xattr.ts';

const capability = 'security.capability';
/** <linux/capability.h>: VFS_CAP_REVISION_2 and _3, of which the latter ends in the uid of a namespace's root. */
const revision3 = 0x03;
const revision2Size = 20;

/** Capabilities that were set inside a user namespace travel without the host's uid. */
function portable(name: string, value: Buffer): Buffer {
  if (name !== capability || value[3] !== revision3 || value.length <= revision2Size) return value;
  const old = Buffer.from(value.subarray(0, revision2Size));
  old[3] = 0x02;
  return old;
}

export function packXattrs(subject: XattrSubject): ReadonlyMap<string, Buffer> {
  const names = listXattrs(subject);
  if (names.length === 0) return noXattrs;
  const xattrs = new Map<string, Buffer>();
  for (const name of names) {
    if (!travels(name)) continue;
    const value = getXattr(subject, name);
    if (value !== null) xattrs.set(name, portable(name, value));
  }
  return xattrs;
}
