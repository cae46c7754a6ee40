/** Limits against what the host can do: Docker's rules, warnings and words. */
import { invalid } from '../../../errors/minke-error.ts';
import type { CgroupSupport } from '../../../host/cgroup/contract.ts';
import type { Limits } from '../spec/resources.ts';
import { parseCpuset } from './cpuset.ts';

const LEAST_MEMORY = 6 * 1024 * 1024;
const BILLION = 1_000_000_000;

type Fields = Limits & {
  KernelMemory: number;
  CpuPercent: number;
  IOMaximumIOps: number;
  IOMaximumBandwidth: number;
};

export interface CheckedResources<T> {
  readonly resources: T;
  readonly warnings: string[];
}

const unsupported = (what: string, effect: string): string =>
  `Your kernel does not support ${what} or the cgroup is not mounted. ${effect}`;

function checkMemory(resources: Fields, support: CgroupSupport, update: boolean, warnings: string[]): void {
  const { Memory, MemoryReservation } = resources;
  if (Memory !== 0 && Memory < LEAST_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
  if (Memory > 0 && !support.memory) {
    warnings.push(unsupported('memory limit capabilities', 'Limitation discarded.'));
    resources.Memory = 0;
    resources.MemorySwap = -1;
  }
  if (resources.Memory > 0 && resources.MemorySwap !== -1 && !support.swap) {
    warnings.push(unsupported('swap limit capabilities', 'Memory limited without swap.'));
    resources.MemorySwap = -1;
  }
  if (resources.Memory > 0 && resources.MemorySwap > 0 && resources.MemorySwap < resources.Memory) {
    throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  }
  if (resources.Memory === 0 && resources.MemorySwap > 0 && !update) {
    throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  }
  // -1 is what old clients send for "leave it".
  if (resources.MemorySwappiness === -1) resources.MemorySwappiness = null;
  if (resources.MemorySwappiness != null && !support.swappiness) {
    warnings.push(unsupported('memory swappiness capabilities', 'Memory swappiness discarded.'));
    resources.MemorySwappiness = null;
  }
  const swappiness = resources.MemorySwappiness;
  if (swappiness != null && (swappiness < 0 || swappiness > 100)) {
    throw invalid(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  }
  if (MemoryReservation > 0 && !support.reservation) {
    warnings.push(unsupported('memory soft limit capabilities', 'Limitation discarded.'));
    resources.MemoryReservation = 0;
  }
  if (resources.MemoryReservation > 0 && MemoryReservation < LEAST_MEMORY) {
    throw invalid('Minimum memory reservation allowed is 6MB');
  }
  if (resources.Memory > 0 && resources.MemoryReservation > resources.Memory) {
    throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
  }
  if (resources.OomKillDisable === true && !support.oomKillDisable) {
    warnings.push('Your kernel does not support OomKillDisable. OomKillDisable discarded.');
    resources.OomKillDisable = null;
  }
  if (resources.OomKillDisable === true && resources.Memory === 0) {
    warnings.push(
      'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.',
    );
  }
  if (resources.KernelMemory !== 0) {
    throw invalid('kernel memory limits are gone from the kernel and from Docker: use a memory limit');
  }
  if (resources.KernelMemoryTCP !== 0 && !support.kernelTcp) {
    throw invalid(
      "limits of the kernel's memory for TCP need cgroup version 1 with kernel memory accounting",
    );
  }
}

function checkCpu(resources: Fields, support: CgroupSupport, cpus: number, warnings: string[]): void {
  if (resources.NanoCpus > 0 && resources.CpuPeriod > 0) {
    throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  }
  if (resources.NanoCpus > 0 && resources.CpuQuota > 0) {
    throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  }
  if (resources.NanoCpus > 0 && !(support.cfsPeriod && support.cfsQuota)) {
    throw invalid(
      'NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted',
    );
  }
  if (resources.NanoCpus < 0 || resources.NanoCpus > cpus * BILLION) {
    throw invalid(`range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`);
  }
  if (resources.CpuShares < 0) {
    throw invalid(`invalid CPU shares (${resources.CpuShares}): value must be a positive integer`);
  }
  if (resources.CpuShares > 0 && !support.shares) {
    warnings.push(unsupported('CPU shares', 'Shares discarded.'));
    resources.CpuShares = 0;
  }
  if ((resources.CpuPeriod !== 0 || resources.CpuQuota !== 0) && !(support.cfsPeriod && support.cfsQuota)) {
    warnings.push('Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.');
    resources.CpuPeriod = 0;
    resources.CpuQuota = 0;
  }
  if (resources.CpuPeriod !== 0 && (resources.CpuPeriod < 1000 || resources.CpuPeriod > 1_000_000)) {
    throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  }
  if (resources.CpuQuota > 0 && resources.CpuQuota < 1000) {
    throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  }
  if ((resources.CpuRealtimePeriod !== 0 || resources.CpuRealtimeRuntime !== 0) && !support.realtime) {
    throw invalid(
      'real-time CPU limits can not be set: the kernel has no real-time group scheduling, or cgroup version 2',
    );
  }
  if (resources.CpuRealtimePeriod !== 0 && resources.CpuRealtimeRuntime > resources.CpuRealtimePeriod) {
    throw invalid('cpu real-time runtime cannot be higher than cpu real-time period');
  }
  if (resources.CpuPercent > 0) {
    warnings.push('linux does not support CPU percent. Percent discarded.');
    resources.CpuPercent = 0;
  }
}

function checkCpusets(resources: Fields, support: CgroupSupport, warnings: string[]): void {
  if ((resources.CpusetCpus !== '' || resources.CpusetMems !== '') && !support.cpuset) {
    warnings.push(unsupported('cpuset', 'Cpuset discarded.'));
    resources.CpusetCpus = '';
    resources.CpusetMems = '';
  }
  const check = (value: string, available: string, what: string, which: string) => {
    const wanted = parseCpuset(value);
    if (wanted === undefined)
      throw invalid(`Invalid value ${value} for cpuset ${what}: invalid format: ${value}`);
    const there = parseCpuset(available) ?? new Set();
    if (![...wanted].every((number) => there.has(number))) {
      throw invalid(`Requested ${which} are not available - requested ${value}, available: ${available}`);
    }
  };
  check(resources.CpusetCpus, support.cpus, 'cpus', 'CPUs');
  check(resources.CpusetMems, support.mems, 'mems', 'memory nodes');
}

function checkBlockIo(resources: Fields, support: CgroupSupport, warnings: string[]): void {
  if (resources.BlkioWeight > 0 && !support.blkioWeight) {
    warnings.push(unsupported('Block I/O weight', 'Weight discarded.'));
    resources.BlkioWeight = 0;
  }
  if (resources.BlkioWeight !== 0 && (resources.BlkioWeight < 10 || resources.BlkioWeight > 1000)) {
    throw invalid('Range of blkio weight is from 10 to 1000');
  }
  if (resources.IOMaximumBandwidth !== 0) {
    throw invalid('invalid option: QoS maximum bandwidth configuration is not supported on linux');
  }
  if (resources.IOMaximumIOps !== 0) {
    throw invalid('invalid option: QoS maximum IOPs configuration is not supported on linux');
  }
  if ((resources.BlkioWeightDevice?.length ?? 0) > 0 && !support.blkioWeightDevice) {
    warnings.push(unsupported('Block I/O weight_device', 'Weight-device discarded.'));
    resources.BlkioWeightDevice = [];
  }
  const throttles = [
    ['BlkioDeviceReadBps', 'BPS Block I/O read limit', 'Block I/O BPS read limit discarded.'],
    ['BlkioDeviceWriteBps', 'BPS Block I/O write limit', 'Block I/O BPS write limit discarded.'],
    ['BlkioDeviceReadIOps', 'IOPS Block read limit', 'Block I/O IOPS read limit discarded.'],
    ['BlkioDeviceWriteIOps', 'IOPS Block write limit', 'Block I/O IOPS write limit discarded.'],
  ] as const;
  for (const [field, what, effect] of throttles) {
    if ((resources[field]?.length ?? 0) > 0 && !support.blkioThrottle) {
      warnings.push(unsupported(what, effect));
      resources[field] = [];
    }
  }
}

/** Answers a copy without what the host can't do, and a warning for each. @throws invalid */
export function checkResources<T extends Fields>(
  asked: T,
  host: { support: CgroupSupport; cpus: number },
  update: boolean,
): CheckedResources<T> {
  const resources = { ...asked };
  const warnings: string[] = [];
  checkMemory(resources, host.support, update, warnings);
  if (resources.PidsLimit != null && !host.support.pids) {
    if (resources.PidsLimit > 0) {
      warnings.push(unsupported('PIDs limit capabilities', 'PIDs limit discarded.'));
    }
    resources.PidsLimit = null;
  }
  checkCpu(resources, host.support, host.cpus, warnings);
  checkCpusets(resources, host.support, warnings);
  checkBlockIo(resources, host.support, warnings);
  return { resources, warnings };
}
