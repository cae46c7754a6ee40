/** How overlayfs writes down that something is gone (Documentation/filesystems/overlayfs.rst). */
import { makeNodeAt } from '../safepath/calls.ts';
import type { FileStat } from '../safepath/file-stat.ts';
import { S_IFCHR } from '../safepath/flags.ts';
import { getXattr, setXattr, type XattrSubject } from '../xattr/xattr.ts';

const opaque = 'trusted.overlay.opaque';

/** A whiteout hides the name in the layers below. */
export const isWhiteout = (stat: FileStat): boolean =>
  stat.type === S_IFCHR && stat.rdevMajor === 0 && stat.rdevMinor === 0;

export const makeWhiteout = (dir: number, name: string): void => makeNodeAt(dir, name, S_IFCHR, 0, 0);

/** An opaque directory hides all that the layers below have in it. */
export const isOpaque = (subject: XattrSubject): boolean => getXattr(subject, opaque)?.toString() === 'y';

export const makeOpaque = (subject: XattrSubject): void => setXattr(subject, opaque, Buffer.from('y'));
