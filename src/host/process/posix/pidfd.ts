/** pidfds by raw number (older C libraries lack the wrappers): pidfd_open(2), pidfd_getfd(2), waitpid(2). */
import { constants } from 'node:os';
import { bind, bindChecked, lastErrno, SystemError } from '../../ffi/libc.ts';
import type { ProcessEnd } from '../contract.ts';

const syscall = bind<[number, number, number, number, number], number>(
  'long syscall(long number, long a, long b, long c, long d)',
);
const waitpid = bindChecked<[number, Buffer, number]>('int waitpid(int pid, int *status, int options)');

// The same on x86_64 and aarch64.
const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;
const WNOHANG = 1;

function checked(name: string, number: number, a: number, b: number, c: number): number {
  const result = syscall(number, a, b, c, 0);
  if (result === -1) throw new SystemError(name, lastErrno());
  return result;
}

/** A close-on-exec descriptor of a process; readable once it has ended. `ESRCH` where there is none. */
export const pidfdOpen = (pid: number): number => checked('pidfd_open', PIDFD_OPEN, pid, 0, 0);

/** A duplicate of another process's descriptor, close-on-exec. */
export const pidfdGetfd = (pidfd: number, fd: number): number =>
  checked('pidfd_getfd', PIDFD_GETFD, pidfd, fd, 0);

/** `ESRCH` where it has ended and was reaped. */
export const pidfdSendSignal = (pidfd: number, signal: number): void => {
  checked('pidfd_send_signal', PIDFD_SEND_SIGNAL, pidfd, signal, 0);
};

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
