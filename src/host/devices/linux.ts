import { type BigIntStats, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceNode, Devices } from './contract.ts';

/** makedev(3) of the C library, taken apart. */
export const majorOf = (rdev: bigint): number => Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn));
export const minorOf = (rdev: bigint): number => Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n));

/** Each container has its own, or the engine gives it one. */
const SKIPPED = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev']);

function nodeOf(path: string, stats: BigIntStats): DeviceNode | null {
  const type = stats.isCharacterDevice() ? 'c' : stats.isBlockDevice() ? 'b' : stats.isFIFO() ? 'p' : null;
  if (type === null) return null;
  return {
    path,
    type,
    major: majorOf(stats.rdev),
    minor: minorOf(stats.rdev),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
  };
}

/** Nodes below a folder; links are not followed, so nothing comes twice. */
function below(folder: string): DeviceNode[] {
  const found: DeviceNode[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (SKIPPED.has(entry.name) || path === '/dev/console') continue;
    if (entry.isDirectory()) found.push(...below(path));
    else if (entry.isCharacterDevice() || entry.isBlockDevice()) {
      const node = nodeOf(path, lstatSync(path, { bigint: true }));
      if (node !== null) found.push(node);
    }
  }
  return found;
}

export const linuxDevices: Devices = {
  at(path) {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) {
      const real = realpathSync(path);
      return below(real).map((node) => ({ ...node, path: join(path, node.path.slice(real.length)) }));
    }
    const node = nodeOf(path, stats);
    return node === null ? [] : [node];
  },
  all: () => below('/dev'),
};
