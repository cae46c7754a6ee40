import type { OutputStream } from '../journal/record.ts';

/** Where a task's output goes on its way through the keeper. */
export interface Intake {
  /**
   * Takes what waits in a FIFO and has it written down. The bytes are valid until the next call; none at all at the
   * FIFO's end; `undefined` where there is nothing now.
   */
  take(stream: OutputStream, fifo: number): Buffer | undefined;
  /** All was taken: unfinished lines are written down too. */
  finish(): void;
  /** Set while nothing should be taken (a full log file waits for the compression of the one before). */
  readonly busy: Promise<void> | null;
  close(): void;
}
