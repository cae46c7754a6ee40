/** Where in a container something may be mounted. */
import { posix } from 'node:path';
import { invalid } from '../../../errors/minke-error.ts';

/** Files that lxcfs and the like lay over those of the kernel. */
const lxcfs = new Set(
  [
    'cpuinfo',
    'diskstats',
    'meminfo',
    'stat',
    'swaps',
    'uptime',
    'loadavg',
    'slabinfo',
    'net/dev',
    'sys/kernel/ns_last_pid',
    'sys/crypto/fips_enabled',
  ].map((name) => `/proc/${name}`),
);

/**
 * The plain form of a destination. /proc and below stay the kernel's: a mount there hides from the runtime what it
 * writes labels to (CVE-2019-16884, CVE-2023-27561).
 * @throws invalid without the words that say which mount it was
 */
export function checkDestination(path: string): string {
  if (!path.startsWith('/')) throw invalid(`invalid mount path: '${path}' mount path must be absolute`);
  if (/[\u0000-\u001f\u007f]/.test(path)) throw invalid('mount path must not hold control characters');
  const clean = posix.normalize(path).replace(/(.)\/$/, '$1');
  if (clean === '/') throw invalid("invalid specification: destination can't be '/'");
  if ((clean === '/proc' || clean.startsWith('/proc/')) && !lxcfs.has(clean)) {
    throw invalid(`invalid mount path: '${path}' cannot be mounted because it is inside /proc`);
  }
  return clean;
}

/** The same for a VOLUME of an image, which may not hide the cgroups either. */
export function checkImageVolume(path: string): string {
  const clean = checkDestination(path);
  if (clean === '/sys/fs/cgroup' || clean.startsWith('/sys/fs/cgroup/')) {
    throw invalid(`invalid mount path: '${path}' an image's volume can't be mounted over the cgroups`);
  }
  return clean;
}

/** A path that stays below where it starts. */
export const isLocalPath = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !path.includes('\0') && !posix.normalize(path).startsWith('..');
