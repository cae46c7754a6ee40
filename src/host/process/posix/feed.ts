import { closeSync } from 'node:fs';
import { writeNow } from '../../pipe/pipe.ts';
import { type Readiness, whenWritable } from '../../pipe/readiness.ts';

/** Writes bytes into a pipe, which it owns and closes behind them. A reader that goes away early is no error. */
export function feed(fd: number, bytes: Buffer): { close(): void } {
  let rest = bytes;
  let open = true;
  let readiness: Readiness | undefined;
  const close = () => {
    if (!open) return;
    open = false;
    readiness?.close();
    closeSync(fd);
  };
  readiness = whenWritable(fd, () => {
    const count = rest.length === 0 ? undefined : writeNow(fd, rest);
    if (count !== undefined) rest = rest.subarray(count);
    if (count === undefined || rest.length === 0) close();
  });
  return { close };
}
