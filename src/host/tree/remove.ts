/** Removal of a tree, by descriptors: follows no link, whatever the tree looks like. */
import { SystemError } from '../ffi/libc.ts';
import {
  closeFd,
  openAt,
  openTrusted,
  removeDirectoryAt,
  renameAt,
  tryOpenAt,
  tryUnlinkAt,
} from '../safepath/calls.ts';
import { statFd } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH } from '../safepath/flags.ts';
import { namesAt } from '../safepath/read-directory.ts';

const ENOENT = 2;
const EBUSY = 16;
const EISDIR = 21;
const EPERM = 1;
const ENOTDIR = 20;
const ELOOP = 40;

/** Descriptors open at once; what lies deeper is first moved up to the top. */
const maxDepth = 128;

/** Counts what is still allowed to be removed. */
interface Budget {
  left: number;
}

/** Thrown, and caught here, when there is more than the budget allows. */
class OverBudget extends Error {}

/** What is mounted is somebody else's: rmdir(2) would fail in the end, when its files are gone already. */
function refuseMount(fd: number, name: string): void {
  if (statFd(fd).mountRoot) throw new SystemError('unlinkat', EBUSY, JSON.stringify(name));
}

function emptyDirectory(dir: number, top: number, depth: number, budget: Budget): void {
  for (const name of namesAt(dir)) {
    if (--budget.left < 0) throw new OverBudget();
    const errno = -tryUnlinkAt(dir, name);
    if (errno === 0 || errno === ENOENT) continue;
    // POSIX allows EPERM where Linux says EISDIR.
    if (errno !== EISDIR && errno !== EPERM) throw new SystemError('unlinkat', errno, JSON.stringify(name));
    if (depth === maxDepth) {
      renameAt(dir, name, top, `deep-${dir}-${name.slice(0, 16)}-${moved++}`);
      continue;
    }
    const child = openAt(dir, name, O_PATH | O_DIRECTORY);
    try {
      refuseMount(child, name);
      emptyDirectory(child, top, depth + 1, budget);
    } finally {
      closeFd(child);
    }
    removeDirectoryAt(dir, name);
  }
}

let moved = 0;

/** Removes the name whatever it is; nothing happens where there is none. Throws SystemError (EBUSY on mounts). */
export function removeAt(
  dir: number,
  name: string,
  budget: Budget = { left: Number.POSITIVE_INFINITY },
): void {
  const errno = -tryUnlinkAt(dir, name);
  if (errno === 0 || errno === ENOENT) return;
  const child = tryOpenAt(dir, name, O_PATH | O_DIRECTORY);
  if (child === -ENOENT) return;
  if (child === -ENOTDIR || child === -ELOOP) throw new SystemError('unlinkat', errno, JSON.stringify(name));
  if (child < 0) throw new SystemError('openat', -child, JSON.stringify(name));
  try {
    refuseMount(child, name);
    // What was moved up from the depths shows in the next round.
    do emptyDirectory(child, child, 0, budget);
    while (namesAt(child).length > 0);
  } finally {
    closeFd(child);
  }
  removeDirectoryAt(dir, name);
}

/** Removes `path`, whose parent is a folder of our own. */
export function removeTree(path: string, budget?: Budget): void {
  const slash = path.lastIndexOf('/');
  const parent = openTrusted(path.slice(0, slash) || '/', O_PATH | O_DIRECTORY);
  try {
    removeAt(parent, path.slice(slash + 1), budget);
  } finally {
    closeFd(parent);
  }
}

/** Removes a small tree; answers false, having removed a part of it, where it holds more than `count` names. */
export function removeSmallTree(path: string, count: number): boolean {
  try {
    removeTree(path, { left: count });
    return true;
  } catch (error) {
    if (error instanceof OverBudget) return false;
    throw error;
  }
}
