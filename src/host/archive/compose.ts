/**
 * A container's root with its mounts in place, as a tree of mounts that hangs nowhere: nobody else sees it, no table
 * lists it, and it goes with its last descriptor, also when we are killed. Only for worker threads (see
 * `mount/linux/namespace.ts`).
 *
 * Nothing below the root is reached by a path that could lead out of it: mount points are opened (and made) below the
 * root's descriptor, and mounts are hung over descriptors. A name that is swapped meanwhile leads to another place
 * inside the root, or nowhere.
 */
import { readFileSync } from 'node:fs';
import { internal } from '../../errors/minke-error.ts';
import { attachMount, cloneMount, makePrivate, makeReadOnly } from '../mount/linux/detached.ts';
import { inMountCopy, inMountNamespace } from '../mount/linux/namespace.ts';
import { parseStat } from '../proc/formats.ts';
import { closeFd, openAt, openTrusted, tryMakeDirectoryAt, tryOpenAt } from '../safepath/calls.ts';
import { statFd } from '../safepath/file-stat.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_PATH, O_RDONLY, O_WRONLY, S_IFDIR } from '../safepath/flags.ts';
import { logicalPath } from '../safepath/logical-path.ts';
import { isTmpfs } from '../safepath/mount-state.ts';
import { openBelow, tryOpenBelow } from '../safepath/resolve.ts';
import type { TreeMount } from './contract.ts';

const ENOENT = 2;
const EEXIST = 17;

const beneath = { links: 'beneath', followLast: true } as const;
const inRoot = { links: 'in-root', followLast: true } as const;

/** Descriptors to be closed in the end. */
class Held {
  readonly #fds: number[] = [];

  keep(fd: number): number {
    this.#fds.push(fd);
    return fd;
  }

  close(): void {
    for (const fd of this.#fds) closeFd(fd);
  }
}

/** The tmpfs that a process has at a path; null where it has none there, or has gone. */
function tmpfsOf(mount: TreeMount & { kind: 'tmpfs' }, held: Held): number | null {
  const { pid, startTime } = mount.process;
  let namespace: number;
  let point: number;
  try {
    // The descriptor holds the process: no later one of that pid can come in between.
    const process = `/proc/self/fd/${held.keep(openTrusted(`/proc/${pid}`, O_PATH | O_DIRECTORY))}`;
    if (parseStat(readFileSync(`${process}/stat`, 'latin1'))?.startTime !== startTime) return null;
    const root = held.keep(openTrusted(`${process}/root`, O_PATH | O_DIRECTORY));
    namespace = held.keep(openTrusted(`${process}/ns/mnt`, O_RDONLY));
    point = held.keep(openBelow(root, mount.destination, O_PATH | O_DIRECTORY, inRoot));
  } catch {
    return null;
  }
  if (!isTmpfs(point)) return null;
  return inMountNamespace(namespace, () => held.keep(cloneMount(point, false)));
}

function sourceOf(mount: TreeMount, held: Held): number | null {
  if (mount.kind === 'tmpfs') return tmpfsOf(mount, held);
  let source = held.keep(openTrusted(mount.source, O_PATH));
  if (mount.subpath !== '') source = held.keep(openBelow(source, mount.subpath, O_PATH, beneath));
  return held.keep(cloneMount(source, mount.recursive));
}

/** Makes a mount point with what is missing on the way: directories 0755, root's. */
function makePoint(root: number, destination: string, directory: boolean): void {
  const parts = logicalPath(root, destination).split('/').filter(Boolean);
  const last = parts.pop();
  let dir = openAt(root, '.', O_PATH | O_DIRECTORY);
  try {
    for (const part of parts) {
      tryMakeDirectoryAt(dir, part, 0o755);
      // By openBelow, which goes into a mount that lies there; a link here is one that was put there just now.
      const next = openBelow(dir, part, O_PATH | O_DIRECTORY, { links: 'none' });
      closeFd(dir);
      dir = next;
    }
    if (last === undefined) return;
    if (directory) {
      tryMakeDirectoryAt(dir, last, 0o755);
      return;
    }
    const fd = tryOpenAt(dir, last, O_WRONLY | O_CREAT | O_EXCL, 0o755);
    if (fd >= 0) closeFd(fd);
    else if (fd !== -EEXIST) openAt(dir, last, O_PATH);
  } finally {
    closeFd(dir);
  }
}

function pointOf(root: number, destination: string, directory: boolean): number {
  const fd = tryOpenBelow(root, destination, O_PATH, inRoot);
  if (fd === -ENOENT) makePoint(root, destination, directory);
  return fd < 0 ? openBelow(root, destination, O_PATH, inRoot) : fd;
}

const depth = ({ destination }: TreeMount): number => destination.split('/').filter(Boolean).length;

/**
 * Answers a descriptor of the composed tree's root, the caller's to close.
 * @param root trusted path of a directory
 * @param writable false: nothing outside of the mounts can be written
 */
export function composeTree(root: string, mounts: readonly TreeMount[], writable: boolean): number {
  const held = new Held();
  try {
    const top = held.keep(cloneMount(held.keep(openTrusted(root, O_PATH | O_DIRECTORY)), false));
    // Outer ones first: an inner one's place is in them.
    const ready = [...mounts]
      .sort((a, b) => depth(a) - depth(b))
      .map((mount) => ({ mount, source: sourceOf(mount, held) }));
    return inMountCopy(() => {
      attachMount(top, held.keep(openTrusted(root, O_PATH | O_DIRECTORY)));
      makePrivate(top);
      for (const { mount, source } of ready) {
        if (source === null) continue;
        try {
          const point = held.keep(pointOf(top, mount.destination, statFd(source).type === S_IFDIR));
          attachMount(source, point);
          makePrivate(source);
          if (!mount.writable) makeReadOnly(source, mount.kind === 'bind' ? mount.readOnlyBelow : 'no');
        } catch (error) {
          throw internal(
            `mount point ${mount.destination}: ${error instanceof Error ? error.message : ''}`,
            error,
          );
        }
      }
      if (!writable) makeReadOnly(top, 'no');
      return cloneMount(top, true);
    });
  } finally {
    held.close();
  }
}
