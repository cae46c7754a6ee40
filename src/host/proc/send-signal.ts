import { bind, lastErrno, SystemError } from '../ffi/libc.ts';

const syscall = bind<[number, number, number, number, number], number>(
  'long syscall(long number, long a, long b, long c, long d)',
);
/** The same number on every architecture. */
const PIDFD_SEND_SIGNAL = 424;

/** pidfd_send_signal(2). `ESRCH` where the process has ended and was reaped. */
export function pidfdSendSignal(pidfd: number, signal: number): void {
  if (syscall(PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0) === -1) {
    throw new SystemError('pidfd_send_signal', lastErrno());
  }
}
