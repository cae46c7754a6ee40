import { closeSync } from 'node:fs';
import { readNow } from '../../pipe/pipe.ts';
import { type Readiness, whenReadable } from '../../pipe/readiness.ts';

// One for all: a read is copied out of it at once.
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** Gathers what comes out of a pipe, which it owns. */
export class Collector {
  readonly #fd: number;
  readonly #limit: number;
  readonly #readiness: Readiness;
  readonly #tooMuch: () => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #open = true;

  constructor(fd: number, limit: number, tooMuch: () => void) {
    this.#fd = fd;
    this.#limit = limit;
    this.#tooMuch = tooMuch;
    this.#readiness = whenReadable(fd, () => this.#drain());
  }

  /** Takes what is there now and closes the pipe: what the ended child wrote is all in it, descendants may go on. */
  finish(): string {
    this.#drain();
    this.#close();
    return Buffer.concat(this.#chunks).toString();
  }

  #drain(): void {
    while (this.#open) {
      const count = readNow(this.#fd, scratch);
      if (count === undefined) return;
      if (count === 0) {
        this.#close();
        return;
      }
      this.#size += count;
      if (this.#size > this.#limit) {
        this.#close();
        this.#tooMuch();
        return;
      }
      this.#chunks.push(Buffer.from(scratch.subarray(0, count)));
    }
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#readiness.close();
    closeSync(this.#fd);
  }
}
