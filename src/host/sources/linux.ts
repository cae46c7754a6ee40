import { mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { BindSources } from './contract.ts';

/** The mount that a path lies on: the longest mount point above it, the last of equals. */
export function mountOf(mountinfo: string, path: string): string | null {
  let best: { point: string; optional: string } | null = null;
  for (const line of mountinfo.split('\n')) {
    const [left = ''] = line.split(' - ');
    const fields = left.split(' ');
    const point = fields[4];
    if (point === undefined) continue;
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (holds && point.length >= (best?.point.length ?? 0))
      best = { point, optional: fields.slice(6).join(' ') };
  }
  return best?.optional ?? null;
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
  propagation(path) {
    const optional = mountOf(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(path)) ?? '';
    if (/\bshared:/.test(optional)) return 'shared';
    return /\bmaster:/.test(optional) ? 'slave' : 'private';
  },
};
