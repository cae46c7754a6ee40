/** Limits of HostConfig as the OCI runtime takes them (runtime-spec, config-linux.md, "Control groups"). */
import { internal } from '../../../errors/minke-error.ts';
import type { Devices } from '../../../host/devices/contract.ts';
import type { HostConfigBody } from '../../../wire/containers/host-config.ts';
import type { LinuxResources, ThrottleDevice } from '../../../wire/oci-runtime.ts';

export type Limits = Pick<
  HostConfigBody,
  | 'Memory'
  | 'MemoryReservation'
  | 'MemorySwap'
  | 'MemorySwappiness'
  | 'OomKillDisable'
  | 'KernelMemoryTCP'
  | 'CpuShares'
  | 'NanoCpus'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpuRealtimePeriod'
  | 'CpuRealtimeRuntime'
  | 'CpusetCpus'
  | 'CpusetMems'
  | 'PidsLimit'
  | 'BlkioWeight'
  | 'BlkioWeightDevice'
  | 'BlkioDeviceReadBps'
  | 'BlkioDeviceWriteBps'
  | 'BlkioDeviceReadIOps'
  | 'BlkioDeviceWriteIOps'
>;

/** Period of `--cpus`, in microseconds. */
const CPUS_PERIOD = 100_000;
const BILLION = 1_000_000_000;

const memoryOf = (limits: Limits): LinuxResources['memory'] => ({
  ...(limits.Memory > 0 ? { limit: limits.Memory } : {}),
  ...(limits.MemoryReservation > 0 ? { reservation: limits.MemoryReservation } : {}),
  // Without a limit of memory there is nothing that swap could be counted with; -1 is unlimited.
  ...(limits.MemorySwap > 0 || (limits.MemorySwap === -1 && limits.Memory > 0)
    ? { swap: limits.MemorySwap }
    : {}),
  ...(limits.MemorySwappiness == null ? {} : { swappiness: limits.MemorySwappiness }),
  ...(limits.KernelMemoryTCP > 0 ? { kernelTCP: limits.KernelMemoryTCP } : {}),
  ...(limits.OomKillDisable === true ? { disableOOMKiller: true } : {}),
});

const cpuOf = (limits: Limits): LinuxResources['cpu'] => ({
  ...(limits.CpuShares === 0 ? {} : { shares: limits.CpuShares }),
  ...(limits.NanoCpus > 0
    ? { period: CPUS_PERIOD, quota: Math.floor((limits.NanoCpus * CPUS_PERIOD) / BILLION) }
    : {}),
  ...(limits.CpuPeriod === 0 ? {} : { period: limits.CpuPeriod }),
  ...(limits.CpuQuota === 0 ? {} : { quota: limits.CpuQuota }),
  ...(limits.CpuRealtimePeriod === 0 ? {} : { realtimePeriod: limits.CpuRealtimePeriod }),
  ...(limits.CpuRealtimeRuntime === 0 ? {} : { realtimeRuntime: limits.CpuRealtimeRuntime }),
  ...(limits.CpusetCpus === '' ? {} : { cpus: limits.CpusetCpus }),
  ...(limits.CpusetMems === '' ? {} : { mems: limits.CpusetMems }),
});

function numbersOf(devices: Devices, path: string): { major: number; minor: number } {
  const [found] = devices.at(path) ?? [];
  if (found === undefined) throw internal(`stat ${path}: no such file or directory`);
  return { major: found.major, minor: found.minor };
}

function blockOf(limits: Limits, devices: Devices): LinuxResources['blockIO'] {
  const throttled = (list: readonly { Path: string; Rate: number }[] | null): ThrottleDevice[] =>
    (list ?? []).map(({ Path, Rate }) => ({ ...numbersOf(devices, Path), rate: Rate }));
  const some = <Key extends string, T>(key: Key, list: T[]) => (list.length === 0 ? {} : { [key]: list });
  return {
    ...(limits.BlkioWeight === 0 ? {} : { weight: limits.BlkioWeight }),
    ...some(
      'weightDevice',
      (limits.BlkioWeightDevice ?? []).map(({ Path, Weight }) => ({
        ...numbersOf(devices, Path),
        weight: Weight,
      })),
    ),
    ...some('throttleReadBpsDevice', throttled(limits.BlkioDeviceReadBps)),
    ...some('throttleWriteBpsDevice', throttled(limits.BlkioDeviceWriteBps)),
    ...some('throttleReadIOPSDevice', throttled(limits.BlkioDeviceReadIOps)),
    ...some('throttleWriteIOPSDevice', throttled(limits.BlkioDeviceWriteIOps)),
  };
}

const isEmpty = (part: object | undefined): boolean => part === undefined || Object.keys(part).length === 0;

/** Everything but devices. Parts without a limit are left out. @throws internal where a block device is not there */
export function linuxResources(limits: Limits, devices: Devices): LinuxResources {
  const memory = memoryOf(limits);
  const cpu = cpuOf(limits);
  const blockIO = blockOf(limits, devices);
  const pids = limits.PidsLimit;
  return {
    ...(memory === undefined || isEmpty(memory) ? {} : { memory }),
    ...(cpu === undefined || isEmpty(cpu) ? {} : { cpu }),
    ...(blockIO === undefined || isEmpty(blockIO) ? {} : { blockIO }),
    // 0 and below are no limit, and a new cgroup has none; crun can't be told so.
    ...(pids != null && pids > 0 ? { pids: { limit: pids } } : {}),
  };
}
