/** How much of the CPUs a container gets, as `run`, `create` and `update` are told. */
import { int, string } from '../flags/basic-kinds.ts';
import { type FlagValues, flag } from '../flags/kind.ts';
import { cpus } from '../flags/size-kinds.ts';

export const cpuFlags = {
  'cpu-period': flag(int, 'Period of the CPU quota, in microseconds'),
  'cpu-quota': flag(int, 'CPU time in each period, in microseconds'),
  'cpu-rt-period': flag(int, 'Period of the real-time quota, in microseconds'),
  'cpu-rt-runtime': flag(int, 'Real-time CPU time in each period, in microseconds'),
  'cpu-shares': flag(int, 'Weight when CPUs are short', { short: 'c' }),
  cpus: flag(cpus, 'Number of CPUs that may be used, such as 1.5'),
  'cpuset-cpus': flag(string, 'CPUs to run on (0-3, 0,1)'),
  'cpuset-mems': flag(string, 'Memory nodes to use (0-3, 0,1)'),
};

/** The same in the words of the API. */
export const cpuLimits = (flags: FlagValues<typeof cpuFlags>) => ({
  CpuPeriod: flags['cpu-period'],
  CpuQuota: flags['cpu-quota'],
  CpuRealtimePeriod: flags['cpu-rt-period'],
  CpuRealtimeRuntime: flags['cpu-rt-runtime'],
  CpuShares: flags['cpu-shares'],
  NanoCpus: flags.cpus,
  CpusetCpus: flags['cpuset-cpus'],
  CpusetMems: flags['cpuset-mems'],
});
