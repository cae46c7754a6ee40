/** Parts of /proc and /sys that containers don't see, or can't write to. */

export const maskedPaths: readonly string[] = [
  ...['/proc/asound', '/proc/acpi', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
  ...['/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'],
  '/sys/devices/virtual/powercap',
];

export const readonlyPaths: readonly string[] = [
  ...['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
];

/** Counters that tell what other containers do (GHSA-6fw5-f8r9-fgfm), one a CPU. */
const thermalThrottle = (cpus: number): string[] =>
  Array.from({ length: cpus }, (_, cpu) => `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`);

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((path, index) => path === b[index]);

/** For the spec: the default list is made whole for this host, a list of the user's own stays as it is. */
export const maskedFor = (paths: readonly string[] | null, cpus: number): string[] => {
  const list = paths ?? [];
  return same(list, maskedPaths) ? [...list, ...thermalThrottle(cpus)] : [...list];
};
