/** From counters of the kernel to the body of GET /containers/{id}/stats. */
import type { BlkioEntry, CgroupStats } from '../../../host/cgroup/contract.ts';
import { ZERO_TIME } from '../../../kit/time/rfc3339.ts';
import type {
  ContainerCPUStats,
  ContainerMemoryStats,
  ContainerStatsResponse,
} from '../../../wire/generated/engine-api.ts';
import type { InterfaceCounters } from '../../networks/contract.ts';

/** One look at a running container. */
export interface Sample {
  /** RFC 3339 with nanoseconds. */
  readonly read: string;
  readonly counters: CgroupStats;
  /** Nanoseconds of processor time of the whole host since boot. */
  readonly hostCpu: number;
  readonly onlineCpus: number;
  /** Bytes; stands for a limit that is none. */
  readonly hostMemory: number;
  /** Null where the container has no interfaces of its own. */
  readonly networks: Readonly<Record<string, InterfaceCounters>> | null;
}

export interface Identity {
  readonly id: string;
  /** Without the slash. */
  readonly name: string;
}

const noCpu: ContainerCPUStats = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

function cpuStats({ counters: { cpu }, hostCpu, onlineCpus }: Sample): ContainerCPUStats {
  return {
    cpu_usage: {
      total_usage: cpu.total,
      ...(cpu.perCpu === undefined ? {} : { percpu_usage: [...cpu.perCpu] }),
      usage_in_kernelmode: cpu.kernel,
      usage_in_usermode: cpu.user,
    },
    system_cpu_usage: hostCpu,
    online_cpus: onlineCpus,
    throttling_data: {
      periods: cpu.periods,
      throttled_periods: cpu.throttledPeriods,
      throttled_time: cpu.throttledTime,
    },
  };
}

function memoryStats({ counters: { memory }, hostMemory }: Sample): ContainerMemoryStats {
  return {
    usage: memory.usage,
    ...(memory.maxUsage === undefined ? {} : { max_usage: memory.maxUsage }),
    ...(memory.failcnt ? { failcnt: memory.failcnt } : {}),
    stats: { ...memory.rows },
    limit: Math.min(memory.limit, hostMemory),
  };
}

const entries = (rows: readonly BlkioEntry[]): BlkioEntry[] | null => (rows.length === 0 ? null : [...rows]);

const noBlkio = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};

/** Zeros, as Docker answers for a container that does not run. */
export const emptyStats = ({ id, name }: Identity): ContainerStatsResponse => ({
  id,
  name: `/${name}`,
  os_type: 'linux',
  read: ZERO_TIME,
  preread: ZERO_TIME,
  pids_stats: {},
  blkio_stats: noBlkio,
  num_procs: 0,
  storage_stats: {},
  cpu_stats: noCpu,
  precpu_stats: noCpu,
  memory_stats: {},
});

/** @param before the sample that clients compare with; null at the first one */
export function shapeStats(
  identity: Identity,
  sample: Sample,
  before: Sample | null,
): ContainerStatsResponse {
  const { pids, blkio } = sample.counters;
  return {
    ...emptyStats(identity),
    read: sample.read,
    preread: before?.read ?? ZERO_TIME,
    pids_stats: { current: pids.current, ...(pids.limit === null ? {} : { limit: pids.limit }) },
    blkio_stats: {
      ...noBlkio,
      io_service_bytes_recursive: entries(blkio.serviceBytes),
      io_serviced_recursive: entries(blkio.serviced),
    },
    cpu_stats: cpuStats(sample),
    precpu_stats: before === null ? noCpu : cpuStats(before),
    memory_stats: memoryStats(sample),
    ...(sample.networks === null ? {} : { networks: { ...sample.networks } }),
  };
}
