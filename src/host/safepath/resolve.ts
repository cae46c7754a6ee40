/**
 * From a root's descriptor and a path to a descriptor, in a way that nothing below the root can lead out of it: no
 * path string is ever handed to a call that would resolve it from the host's root.
 *
 * `links: 'none'` refuses a symlink in any component (ELOOP), for what archives write. `links: 'in-root'` follows
 * them as a process with that root would: absolute targets start at the root again, `..` stops there. `links: 'beneath'`
 * follows those that stay below the root by themselves; an absolute target or a `..` above it is refused (EXDEV). Magic
 * links of a procfs are refused in any case.
 *
 * The kernel does the walk where it has openat2(2) (5.6); `walk.ts` does it elsewhere, component by component.
 */
import { nameForKernel } from '../../kit/tar/name-bytes.ts';
import { bind, lastErrno, SystemError } from '../ffi/libc.ts';
import { closeFd } from './calls.ts';
import {
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from './flags.ts';
import type { ResolveOptions } from './resolve-options.ts';
import { walk } from './walk.ts';

const syscall = bind<[number, number, string | Buffer, Buffer, number], number>(
  'long syscall(long number, long dir, const char *path, uint8_t *how, long size)',
);
/** The same number on every architecture. */
const openat2 = 437;
const how = Buffer.alloc(24);

let kernelWalks: boolean | undefined;

/** For tests: false forces the walk of our own, undefined asks the kernel again. */
export const useKernelWalk = (use: boolean | undefined): void => {
  kernelWalks = use;
};

const EAGAIN = 11;

const walks: Readonly<Record<ResolveOptions['links'], number>> = {
  none: RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  'in-root': RESOLVE_IN_ROOT,
  beneath: RESOLVE_BENEATH,
};

function kernelOpen(
  root: number,
  name: string | Buffer,
  flags: number,
  mode: number,
  resolve: number,
): number {
  how.writeUInt32LE(flags >>> 0, 0);
  how.writeUInt32LE(mode, 8);
  how.writeUInt32LE(resolve, 16);
  const fd = syscall(openat2, root, name, how, how.length);
  return fd === -1 ? -lastErrno() : fd;
}

/** Whether the kernel, and a filter before it, know openat2. */
function probe(root: number): boolean {
  const fd = kernelOpen(root, '.', O_PATH | O_CLOEXEC, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
  if (fd >= 0) closeFd(fd);
  return fd >= 0;
}

/** As `openBelow`, but answers the negative errno where that fails. */
export function tryOpenBelow(root: number, path: string, flags: number, options: ResolveOptions): number {
  const follow = options.links !== 'none' && options.followLast === true;
  const allFlags = flags | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
  // A name of only slashes, or none, is the root itself.
  const relative = path.replace(/^\/+/, '') || '.';
  kernelWalks ??= probe(root);
  if (!kernelWalks) return walk(root, relative, allFlags, options);
  const resolve = RESOLVE_NO_MAGICLINKS | walks[options.links];
  const name = nameForKernel(relative);
  for (let tries = 0; ; tries++) {
    const fd = kernelOpen(root, name, allFlags, options.mode ?? 0, resolve);
    // EAGAIN: a rename somewhere on the system disturbed the check of a `..`.
    if (fd !== -EAGAIN || tries === 128) return fd;
  }
}

/** Opens `path` (relative or absolute, both meant below `root`). Throws SystemError; `O_CLOEXEC` is added. */
export function openBelow(root: number, path: string, flags: number, options: ResolveOptions): number {
  const fd = tryOpenBelow(root, path, flags, options);
  if (fd < 0) throw new SystemError('openat2', -fd, JSON.stringify(path));
  return fd;
}
