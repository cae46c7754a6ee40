import { readNow } from '../../host/pipe/pipe.ts';
import type { OutputStream } from '../journal/record.ts';
import { chunk, nothing } from './chunk.ts';
import type { Intake } from './contract.ts';

/** Output that is kept nowhere: an exec's, or a container's with the log driver `none`. */
export class UnloggedIntake implements Intake {
  readonly busy = null;

  take(_stream: OutputStream, fifo: number): Buffer | undefined {
    const count = readNow(fifo, chunk);
    if (count === undefined) return undefined;
    return count === 0 ? nothing : chunk.subarray(0, count);
  }

  finish(): void {}
  close(): void {}
}
