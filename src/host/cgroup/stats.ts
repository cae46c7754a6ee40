/** Puts a group's counters together, for both versions. `read` answers '' for what is not there. */
import type { CgroupStats } from './contract.ts';
import { parseBlkio, parseCount, parseCpuTicks, parseIoStat, parsePerCpu, parseRows } from './counters.ts';

type Read = (controller: string, file: string) => string;

export function statsOfV1(read: Read): CgroupStats {
  const throttled = parseRows(read('cpu', 'cpu.stat'));
  const limit = read('pids', 'pids.max').trim();
  const recursive = read('blkio', 'blkio.throttle.io_service_bytes_recursive');
  return {
    cpu: {
      total: parseCount(read('cpuacct', 'cpuacct.usage')),
      ...parseCpuTicks(read('cpuacct', 'cpuacct.stat')),
      perCpu: parsePerCpu(read('cpuacct', 'cpuacct.usage_percpu')),
      periods: throttled.nr_periods ?? 0,
      throttledPeriods: throttled.nr_throttled ?? 0,
      throttledTime: throttled.throttled_time ?? 0,
    },
    memory: {
      usage: parseCount(read('memory', 'memory.usage_in_bytes')),
      maxUsage: parseCount(read('memory', 'memory.max_usage_in_bytes')),
      failcnt: parseCount(read('memory', 'memory.failcnt')),
      limit: parseCount(read('memory', 'memory.limit_in_bytes')),
      rows: parseRows(read('memory', 'memory.stat')),
    },
    pids: {
      current: parseCount(read('pids', 'pids.current')),
      limit: limit === '' || limit === 'max' ? null : parseCount(limit),
    },
    blkio: {
      serviceBytes: parseBlkio(recursive),
      serviced: parseBlkio(read('blkio', 'blkio.throttle.io_serviced_recursive')),
    },
  };
}

const MICROSECOND = 1000;

export function statsOfV2(file: (name: string) => string): CgroupStats {
  const cpu = parseRows(file('cpu.stat'));
  const limit = file('pids.max').trim();
  const time = (name: string) => (cpu[name] ?? 0) * MICROSECOND;
  return {
    cpu: {
      total: time('usage_usec'),
      user: time('user_usec'),
      kernel: time('system_usec'),
      periods: cpu.nr_periods ?? 0,
      throttledPeriods: cpu.nr_throttled ?? 0,
      throttledTime: time('throttled_usec'),
    },
    memory: {
      usage: parseCount(file('memory.current')),
      limit: parseCount(file('memory.max')),
      rows: parseRows(file('memory.stat')),
    },
    pids: {
      current: parseCount(file('pids.current')),
      limit: limit === '' || limit === 'max' ? null : parseCount(limit),
    },
    blkio: parseIoStat(file('io.stat')),
  };
}
