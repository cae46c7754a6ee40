import { closeSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const O_CLOEXEC = 0o2000000;

/**
 * Closes what a parent left open in us. What Node opened itself is close-on-exec and an event, a timer, a pipe or
 * /dev/null; Node also sets close-on-exec on the first inherited ones, so those are told by what they are: no file,
 * folder or socket is open when a program of ours starts. `keep`: sockets handed over on purpose.
 */
export function closeInherited(keep: ReadonlySet<number> = new Set()): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd <= 2 || keep.has(fd) || !isInherited(fd)) continue;
    try {
      closeSync(fd);
    } catch {
      // The listing's own descriptor has gone by now.
    }
  }
}

function isInherited(fd: number): boolean {
  try {
    const target = readlinkSync(`/proc/self/fd/${fd}`);
    if (target.startsWith('socket:') || (target.startsWith('/') && target !== '/dev/null')) return true;
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    return false;
  }
}
