import type { CgroupStats, CgroupSupport, Cgroups } from '../contract.ts';

/** Everything is supported. */
export const fullSupport: CgroupSupport = {
  version: 1,
  memory: true,
  swap: true,
  reservation: true,
  swappiness: true,
  oomKillDisable: true,
  kernelTcp: true,
  shares: true,
  cfsPeriod: true,
  cfsQuota: true,
  realtime: true,
  cpuset: true,
  cpus: '0-3',
  mems: '0',
  pids: true,
  devices: true,
  blkioWeight: true,
  blkioWeightDevice: true,
  blkioThrottle: true,
  hugetlb: true,
};

/** The double for unit tests: groups are what the test says. */
export class MemoryCgroups implements Cgroups {
  readonly support: CgroupSupport;
  readonly groups = new Map<
    string,
    { pids: number[]; frozen: boolean; oomKills: number; stats?: CgroupStats }
  >();

  constructor(support: CgroupSupport = fullSupport) {
    this.support = support;
  }

  warm(): void {}

  exists(path: string): boolean {
    return this.groups.has(path);
  }

  processes(path: string): number[] {
    return [...(this.groups.get(path)?.pids ?? [])];
  }

  async freeze(path: string): Promise<void> {
    this.#group(path).frozen = true;
  }

  async thaw(path: string): Promise<void> {
    this.#group(path).frozen = false;
  }

  frozen(path: string): boolean {
    return this.groups.get(path)?.frozen ?? false;
  }

  oomKills(path: string): number {
    return this.groups.get(path)?.oomKills ?? 0;
  }

  stats(path: string): CgroupStats | null {
    return this.groups.get(path)?.stats ?? null;
  }

  async killAll(path: string): Promise<void> {
    const group = this.groups.get(path);
    if (group !== undefined) group.pids = [];
  }

  async remove(path: string): Promise<void> {
    this.groups.delete(path);
  }

  #group(path: string) {
    let group = this.groups.get(path);
    if (group === undefined) {
      group = { pids: [], frozen: false, oomKills: 0 };
      this.groups.set(path, group);
    }
    return group;
  }
}
