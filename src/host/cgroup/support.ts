/** What the mounted controllers can do, judged by the files that they offer. */
import type { CgroupSupport } from './contract.ts';

export interface SupportProbe {
  /** A file below a version 1 controller's mount point is there. */
  has(controller: string, file: string): boolean;
  /** Content of such a file, '' where it can't be read. */
  read(controller: string, file: string): string;
}

export function supportOfV1({ has, read }: SupportProbe): CgroupSupport {
  const cpuset = has('cpuset', 'cpuset.cpus');
  return {
    version: 1,
    memory: has('memory', 'memory.limit_in_bytes'),
    swap: has('memory', 'memory.memsw.limit_in_bytes'),
    reservation: has('memory', 'memory.soft_limit_in_bytes'),
    swappiness: has('memory', 'memory.swappiness'),
    oomKillDisable: has('memory', 'memory.oom_control'),
    kernelTcp: has('memory', 'memory.kmem.tcp.limit_in_bytes'),
    shares: has('cpu', 'cpu.shares'),
    cfsPeriod: has('cpu', 'cpu.cfs_period_us'),
    cfsQuota: has('cpu', 'cpu.cfs_quota_us'),
    realtime: has('cpu', 'cpu.rt_runtime_us'),
    cpuset,
    cpus: cpuset ? read('cpuset', 'cpuset.cpus').trim() : '',
    mems: cpuset ? read('cpuset', 'cpuset.mems').trim() : '',
    pids: has('pids', 'cgroup.procs'),
    devices: has('devices', 'devices.allow'),
    blkioWeight: has('blkio', 'blkio.weight') || has('blkio', 'blkio.bfq.weight'),
    blkioWeightDevice: has('blkio', 'blkio.weight_device') || has('blkio', 'blkio.bfq.weight_device'),
    blkioThrottle: has('blkio', 'blkio.throttle.read_bps_device'),
    hugetlb: has('hugetlb', 'cgroup.procs'),
  };
}

/**
 * @param controllers words of cgroup.controllers
 * @param files what else was found: swap limits (memory.swap.max somewhere below the root), io.weight files, cpuset lists
 */
export function supportOfV2(
  controllers: readonly string[],
  files: { swap: boolean; ioWeight: boolean; cpus: string; mems: string },
): CgroupSupport {
  const has = (name: string) => controllers.includes(name);
  return {
    version: 2,
    memory: has('memory'),
    swap: has('memory') && files.swap,
    reservation: has('memory'),
    // Gone with version 2.
    swappiness: false,
    oomKillDisable: false,
    kernelTcp: false,
    realtime: false,
    shares: has('cpu'),
    cfsPeriod: has('cpu'),
    cfsQuota: has('cpu'),
    cpuset: has('cpuset'),
    cpus: has('cpuset') ? files.cpus : '',
    mems: has('cpuset') ? files.mems : '',
    pids: has('pids'),
    // By BPF programs, which every version 2 host has.
    devices: true,
    blkioWeight: has('io') && files.ioWeight,
    blkioWeightDevice: has('io') && files.ioWeight,
    blkioThrottle: has('io'),
    hugetlb: has('hugetlb'),
  };
}
