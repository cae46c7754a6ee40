import { openSync, readFileSync, rmdirSync, write, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { internal, systemCode } from '../../errors/minke-error.ts';
import type { CgroupStats, CgroupSupport, Cgroups } from './contract.ts';
import { parsePids, parseRows } from './counters.ts';
import { groupsBelow, isThere, readOrEmpty } from './files.ts';
import { type Hierarchies, parseHierarchies, rootsOf, versionOf } from './hierarchies.ts';
import { statsOfV1, statsOfV2 } from './stats.ts';
import { supportOfV1, supportOfV2 } from './support.ts';

const STEP = 2;
const STEPS = 2_500;

/** Asks until `done`; false when it never was. The first answers come without a wait. */
async function until(done: () => boolean): Promise<boolean> {
  for (let step = 0; step < STEPS; step++) {
    if (done()) return true;
    await pause(step < 5 ? 0 : STEP);
  }
  return done();
}

/** The real cgroups of this host. Mounts are read once: a daemon is started anew when they change. */
export class LinuxCgroups implements Cgroups {
  readonly support: CgroupSupport;
  readonly #hierarchies: Hierarchies;
  readonly #roots: readonly string[];
  /** cgroup.procs of a group that this process is in. */
  readonly #own: number | null;
  #warming = false;

  constructor() {
    this.#hierarchies = parseHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'));
    this.#roots = rootsOf(this.#hierarchies);
    this.support = this.#probe();
    this.#own = this.#ownProcs(readOrEmpty('/proc/self/cgroup'));
  }

  #probe(): CgroupSupport {
    const { v2 } = this.#hierarchies;
    if (versionOf(this.#hierarchies) === 1) {
      return supportOfV1({
        has: (controller, file) => isThere(this.#v1(controller, '/', file)),
        read: (controller, file) => readOrEmpty(this.#v1(controller, '/', file)),
      });
    }
    const root = v2 ?? '/sys/fs/cgroup';
    const controllers = readOrEmpty(join(root, 'cgroup.controllers')).trim().split(/\s+/);
    // The root group has no limits; any group below it shows which ones there are.
    const child =
      groupsBelow(root).find((path) => path !== root && isThere(join(path, 'memory.max'))) ?? root;
    const effective = (name: string) => readOrEmpty(join(root, name)).trim();
    return supportOfV2(controllers, {
      swap: isThere(join(child, 'memory.swap.max')),
      ioWeight: isThere(join(child, 'io.weight')) || isThere(join(child, 'io.bfq.weight')),
      cpus: effective('cpuset.cpus.effective'),
      mems: effective('cpuset.mems.effective'),
    });
  }

  #ownProcs(text: string): number | null {
    for (const line of text.split('\n')) {
      const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      const root =
        controllers === '' ? this.#hierarchies.v2 : this.#hierarchies.v1.get(controllers.split(',')[0] ?? '');
      const procs = join(root ?? '', path, 'cgroup.procs');
      if (path === '' || root == null || !isThere(procs)) continue;
      try {
        return openSync(procs, 'w');
      } catch {
        // Moves then take what they take.
      }
    }
    return null;
  }

  #v1(controller: string, path: string, file: string): string {
    return join(this.#hierarchies.v1.get(controller) ?? '/nonexistent', path, file);
  }

  #folders(path: string): string[] {
    if (!/^\/[^/]/.test(path)) throw internal(`not a cgroup path: ${path}`);
    return this.#roots.map((root) => join(root, path));
  }

  warm(): void {
    if (this.#own === null || this.#warming) return;
    this.#warming = true;
    write(this.#own, '0', () => {
      this.#warming = false;
    });
  }

  exists(path: string): boolean {
    return this.#folders(path).some(isThere);
  }

  processes(path: string): number[] {
    const pids = new Set<number>();
    // A process is in one group of each hierarchy, and the runtime puts it into all: one hierarchy tells.
    const folder = this.#folders(path).find(isThere);
    for (const group of folder === undefined ? [] : groupsBelow(folder)) {
      for (const pid of parsePids(readOrEmpty(join(group, 'cgroup.procs')))) pids.add(pid);
    }
    return [...pids];
  }

  async freeze(path: string): Promise<void> {
    // Version 1 may stay at FREEZING while processes fork or come in: it is asked again, and let go now and then.
    let asked = 0;
    const frozen = () => {
      if (asked++ % 100 === 99) this.#setFrozen(path, false);
      this.#setFrozen(path, true);
      return this.frozen(path);
    };
    if (await until(frozen)) return;
    this.#setFrozen(path, false);
    throw internal('unable to freeze');
  }

  async thaw(path: string): Promise<void> {
    this.#setFrozen(path, false);
    await until(() => !this.frozen(path));
  }

  #setFrozen(path: string, frozen: boolean): void {
    if (this.support.version === 2) {
      writeFileSync(join(this.#hierarchies.v2 ?? '', path, 'cgroup.freeze'), frozen ? '1' : '0');
      return;
    }
    if (!this.#hierarchies.v1.has('freezer'))
      throw internal('the freezer cgroup is not mounted on this host');
    writeFileSync(this.#v1('freezer', path, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
  }

  frozen(path: string): boolean {
    if (this.support.version === 2) {
      return parseRows(readOrEmpty(join(this.#hierarchies.v2 ?? '', path, 'cgroup.events'))).frozen === 1;
    }
    return readOrEmpty(this.#v1('freezer', path, 'freezer.state')).trim() === 'FROZEN';
  }

  oomKills(path: string): number {
    const text =
      this.support.version === 2
        ? readOrEmpty(join(this.#hierarchies.v2 ?? '', path, 'memory.events'))
        : readOrEmpty(this.#v1('memory', path, 'memory.oom_control'));
    return parseRows(text).oom_kill ?? 0;
  }

  stats(path: string): CgroupStats | null {
    if (!this.exists(path)) return null;
    if (this.support.version === 1) {
      return statsOfV1((controller, file) => readOrEmpty(this.#v1(controller, path, file)));
    }
    const folder = join(this.#hierarchies.v2 ?? '', path);
    return statsOfV2((file) => readOrEmpty(join(folder, file)));
  }

  async killAll(path: string): Promise<void> {
    const empty = () => {
      const pids = this.processes(path);
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Gone meanwhile.
        }
      }
      return pids.length === 0;
    };
    if (this.exists(path) && this.frozen(path)) this.#setFrozen(path, false);
    if (!(await until(empty))) throw internal(`processes in cgroup ${path} can't be killed`);
  }

  async remove(path: string): Promise<void> {
    let problem: unknown;
    const remove = (group: string): boolean => {
      try {
        rmdirSync(group);
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return true;
        // A group stays busy for a moment after its last process has gone.
        problem = error;
        return false;
      }
      return true;
    };
    // Most containers made no groups of their own; then the first call does.
    const removeAll = (folder: string) => remove(folder) || groupsBelow(folder).map(remove).at(-1) === true;
    const gone = () => this.#folders(path).map(removeAll).every(Boolean);
    if (!(await until(gone))) throw internal(`cgroup ${path} can't be removed`, problem);
  }
}
