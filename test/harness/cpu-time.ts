/** Milliseconds of the processor that this thread needs for the work: other than the clock's, they don't grow with the load. */
export function cpuTime(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
