/** A mount namespace for one thread. Only to be called in a worker thread made for it: there is no way back. */
import { bindChecked } from '../ffi/libc.ts';
import { LinuxMounts } from '../mount/linux/mounts.ts';
import { closeFd, openAt, openTrusted, tryMakeDirectoryAt } from '../safepath/calls.ts';
import { statFd } from '../safepath/file-stat.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_PATH, O_WRONLY, S_IFDIR } from '../safepath/flags.ts';
import { logicalPath } from '../safepath/logical-path.ts';
import { openBelow, tryOpenBelow } from '../safepath/resolve.ts';
import type { ViewBind } from './contract.ts';

const unshare = bindChecked<[number]>('int unshare(int flags)');
/** Implies that the thread has a root and a working directory of its own. */
const CLONE_NEWNS = 0x00020000;
const ENOENT = 2;

const inRoot = { links: 'in-root', followLast: true } as const;

/** Makes what is missing on the way to a mount point, by descriptors; the point itself is a directory or a file. */
function makePoint(root: number, path: string, directory: boolean): void {
  const parts = logicalPath(root, path)
    .split('/')
    .filter((part) => part !== '');
  const last = parts.pop();
  if (last === undefined) return;
  let dir = openAt(root, '.', O_PATH | O_DIRECTORY);
  try {
    for (const part of parts) {
      tryMakeDirectoryAt(dir, part, 0o755);
      const next = openAt(dir, part, O_PATH | O_DIRECTORY);
      closeFd(dir);
      dir = next;
    }
    if (directory) tryMakeDirectoryAt(dir, last, 0o755);
    else closeFd(openAt(dir, last, O_WRONLY | O_CREAT | O_EXCL, 0o755));
  } finally {
    closeFd(dir);
  }
}

function isDirectory(path: string): boolean {
  const fd = openTrusted(path, O_PATH);
  try {
    return statFd(fd).type === S_IFDIR;
  } finally {
    closeFd(fd);
  }
}

export function enterView(root: string, binds: readonly ViewBind[]): void {
  unshare(CLONE_NEWNS);
  const mounts = new LinuxMounts();
  mounts.setPropagation('/', 'rprivate');
  // Outer ones first: an inner one's place is in them.
  const ordered = [...binds].sort(
    (a, b) => a.destination.split('/').length - b.destination.split('/').length,
  );
  for (const { source, destination, readonly } of ordered) {
    // Opened anew each time, so that it sees the binds made before.
    const top = openTrusted(root, O_PATH | O_DIRECTORY);
    let point = -1;
    try {
      point = tryOpenBelow(top, destination, O_PATH, inRoot);
      if (point === -ENOENT) {
        makePoint(top, destination, isDirectory(source));
        point = openBelow(top, destination, O_PATH, inRoot);
      } else if (point < 0) point = openBelow(top, destination, O_PATH, inRoot);
      mounts.bind(source, `/proc/thread-self/fd/${point}`, { readonly: false });
      if (readonly) lock(mounts, top, destination);
    } finally {
      closeFd(top);
      if (point >= 0) closeFd(point);
    }
  }
}

/** The flag is set on the new mount, which only a descriptor opened after it leads to. */
function lock(mounts: LinuxMounts, top: number, destination: string): void {
  const point = openBelow(top, destination, O_PATH, inRoot);
  try {
    mounts.makeReadonly(`/proc/thread-self/fd/${point}`);
  } finally {
    closeFd(point);
  }
}
