/** Milliseconds of the processor that this thread has used so far. */
export function threadCpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the processor that this thread needs for the work: other than the clock's, they don't grow with the load. */
export function cpuTime(work: () => void): number {
  const before = threadCpu();
  work();
  return threadCpu() - before;
}
