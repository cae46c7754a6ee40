/**
 * Hosts that mount some controllers the old way and leave others to cgroup2: crun refuses them. Where a controller is
 * left to cgroup2 and no group there uses it, it can be mounted the old way like the others.
 */
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { messageOf } from '../../errors/minke-error.ts';
import type { Processes } from '../process/contract.ts';
import { readOrEmpty } from './files.ts';
import { type Hierarchies, parseHierarchies, versionOf } from './hierarchies.ts';

/** Controllers to mount as version 1. @param controllers words of cgroup2's cgroup.controllers @param enabled of cgroup.subtree_control */
export function strayControllers(hierarchies: Hierarchies, controllers: string, enabled: string): string[] {
  if (hierarchies.v2 === null || versionOf(hierarchies) === 2) return [];
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  const used = new Set(words(enabled));
  return words(controllers).filter((name) => !used.has(name) && !hierarchies.v1.has(name));
}

/** Mounts them; answers what was done or could not be done, one sentence each. Does nothing on hosts of one version. */
export async function mendHybridHost(processes: Processes): Promise<string[]> {
  const hierarchies = parseHierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
  const { v2 } = hierarchies;
  const stray = strayControllers(
    hierarchies,
    readOrEmpty(`${v2}/cgroup.controllers`),
    readOrEmpty(`${v2}/cgroup.subtree_control`),
  );
  const notes: string[] = [];
  for (const controller of stray) {
    const point = `/sys/fs/cgroup/${controller}`;
    try {
      await mkdir(point, { recursive: true });
      const { code, stderr } = await processes.run([
        'mount',
        '-t',
        'cgroup',
        '-o',
        controller,
        'cgroup',
        point,
      ]);
      if (code !== 0) throw new Error(stderr.trim());
      notes.push(
        `cgroup controller ${controller} was mounted at ${point}: crun can't use hosts that mix versions`,
      );
    } catch (error) {
      await rmdir(point).catch(() => {});
      notes.push(`cgroup controller ${controller} can't be mounted at ${point}: ${messageOf(error)}`);
    }
  }
  return notes;
}
