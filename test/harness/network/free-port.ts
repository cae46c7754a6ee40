/**
 * Ports of 127.0.0.1 for tests that have to name one before it is bound. They lie below the range from which the kernel
 * deals ports to whoever asks for any, so that nobody gets one in between; processes that run at the same time have
 * ranges of their own.
 */
import { createServer } from 'node:net';

const LOW = 10_000;
/** How many a process has to itself. */
const SHARE = 64;
const SHARES = 300;

let next = 0;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** One that nobody listens on, another each time until all of this process's have been given. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < SHARE; tried++) {
    const port = LOW + (process.pid % SHARES) * SHARE + (next++ % SHARE);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${LOW + (process.pid % SHARES) * SHARE} on`);
}
