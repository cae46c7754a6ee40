import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, unavailable } from '../../errors/minke-error.ts';
import type { Child } from '../../host/process/posix/child.ts';

/** Milliseconds. A Node process takes some 50 to listen. */
const pause = 3;
const patience = 60_000;

/** No keeper, or one that died, maybe with our connection in its queue (ECONNRESET). */
const gone: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET']);

export function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // Whoever uses it learns of its end by `close`.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** Connects to the keeper; starts one where none answers. Throws `unavailable` where that does not help. */
export async function connectOrStart(path: string, start: () => Child, signal: AbortSignal): Promise<Socket> {
  const limit = performance.now() + patience;
  let child: Child | undefined;
  let reason: unknown;
  while (performance.now() < limit && !signal.aborted) {
    try {
      return await connectTo(path);
    } catch (error) {
      if (!gone.has(systemCode(error) ?? '')) throw error;
      reason = error;
    }
    if (child === undefined) {
      const started = start();
      child = started;
      // One that ends at once found another; or it failed, and its log says why.
      started.ended.then(() => {
        if (child === started) child = undefined;
      });
    }
    await sleep(pause);
  }
  throw unavailable('the keeper does not answer; see keeper.log in its folder', reason);
}
