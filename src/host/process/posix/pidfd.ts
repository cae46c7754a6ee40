/** Waiting for children: pidfd_open(2) by its number (older C libraries lack it), waitpid(2). */
import { constants } from 'node:os';
import { bind, bindChecked, lastErrno, SystemError } from '../../ffi/libc.ts';
import type { ProcessEnd } from '../contract.ts';

const syscall = bind<[number, number, number], number>('long syscall(long number, long pid, long flags)');
const waitpid = bindChecked<[number, Buffer, number]>('int waitpid(int pid, int *status, int options)');

/** The same on x86_64 and aarch64. */
const PIDFD_OPEN = 434;
const WNOHANG = 1;

/** A close-on-exec descriptor of a process; readable once it has ended. `ESRCH` where there is none. */
export function pidfdOpen(pid: number): number {
  const fd = syscall(PIDFD_OPEN, pid, 0);
  if (fd === -1) throw new SystemError('pidfd_open', lastErrno());
  return fd;
}

const signalNames = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

/** Takes apart a wait status (wait(2)). */
export function processEnd(status: number): ProcessEnd {
  const signal = status & 0x7f;
  if (signal === 0) return { code: (status >> 8) & 0xff, signal: null };
  return { code: 128 + signal, signal: signalNames.get(signal) ?? 'SIGKILL' };
}

/** Reaps a child; `undefined` while it runs. */
export function reap(pid: number): ProcessEnd | undefined {
  const status = Buffer.alloc(4);
  return waitpid(pid, status, WNOHANG) === 0 ? undefined : processEnd(status.readInt32LE());
}

/** Reaps any one child that has ended; its pid. Only where no one else in this process has children to wait for. */
export function reapAny(): number | undefined {
  try {
    const pid = waitpid(-1, Buffer.alloc(4), WNOHANG);
    return pid === 0 ? undefined : pid;
  } catch (error) {
    if (error instanceof SystemError && error.code === 'ECHILD') return undefined;
    throw error;
  }
}
