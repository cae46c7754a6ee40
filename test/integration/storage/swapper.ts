/** Exchanges two names as fast as it can, in a thread of its own. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { bind } from '../../../src/host/ffi/libc.ts';

/** Answers how to stop it. */
export function swapper(a: string, b: string): () => Promise<void> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { a, b, stop } });
  return async () => {
    const ended = once(worker, 'exit');
    Atomics.store(stop, 0, 1);
    await ended;
  };
}

interface Orders {
  readonly a: string;
  readonly b: string;
  readonly stop: Int32Array;
}

if (!isMainThread && parentPort !== null) {
  const renameat2 = bind<[number, string, number, string, number], number>(
    'int renameat2(int olddir, const char *old, int dir, const char *name, unsigned int flags)',
  );
  const { a, b, stop }: Orders = workerData;
  const exchange = 2;
  while (Atomics.load(stop, 0) === 0) renameat2(-100, a, -100, b, exchange);
}
