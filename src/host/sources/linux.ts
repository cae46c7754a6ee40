import { mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { nameForKernel } from '../../kit/tar/name-bytes.ts';
import { bindChecked } from '../ffi/libc.ts';
import { parseMountInfo } from '../mount/mountinfo.ts';
import type { BindSources, HoldingMount, MountGuard } from './contract.ts';

/** struct statfs of 64-bit Linux: f_flags is its eleventh word. */
const STATFS_BYTES = 120;
const FLAGS_AT = 80;
/** f_flags: statfs(2). They are those of the mount, not of the filesystem alone. */
const guardFlags: readonly (readonly [flag: number, guard: MountGuard])[] = [
  [1, 'ro'],
  [2, 'nosuid'],
  [4, 'nodev'],
  [8, 'noexec'],
];

const statfs = bindChecked<[string | Buffer, Buffer]>('int statfs(const char *path, void *buf)');

/** The mount that a path lies on: the longest mount point above it, the last of equals. */
export function mountOf(mountinfo: string, path: string): HoldingMount {
  let best: HoldingMount = { point: '', propagation: 'private' };
  for (const { mountPoint: point, propagation } of parseMountInfo(mountinfo)) {
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (!holds || point.length < best.point.length) continue;
    const spreads = (word: string) => propagation.some((field) => field.startsWith(word));
    best = { point, propagation: spreads('shared:') ? 'shared' : spreads('master:') ? 'slave' : 'private' };
  }
  return best;
}

export const linuxSources: BindSources = {
  kind(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    return stats.isDirectory() ? 'directory' : 'file';
  },
  create(path) {
    mkdirSync(path, { recursive: true, mode: 0o755 });
  },
  mountOf: (path) => mountOf(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(path)),
  guards(path) {
    const answer = Buffer.alloc(STATFS_BYTES);
    statfs(nameForKernel(path), answer);
    const flags = answer.readUInt32LE(FLAGS_AT);
    return guardFlags.flatMap(([flag, guard]) => ((flags & flag) === 0 ? [] : [guard]));
  },
};
