/** What is left of a request's body when its answer is an error. */
import type { IncomingMessage } from 'node:http';

/** As much as Go's servers read on. */
const LIMIT = 256 * 1024;
const MILLISECONDS = 1_000;

/**
 * Reads on for a while: a client that is still sending when an answer comes, Go's among them, may take the connection
 * that it then closes itself for the error. Resolves when the body has ended, or the limit or the time is reached.
 */
export function readOn(req: IncomingMessage): Promise<void> {
  if (req.complete || req.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const done = () => {
      clearTimeout(timer);
      req.off('data', onData).off('end', done).off('close', done);
      resolve();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMIT) done();
    };
    const timer = setTimeout(done, MILLISECONDS);
    req.on('end', done).on('close', done).on('data', onData);
  });
}
