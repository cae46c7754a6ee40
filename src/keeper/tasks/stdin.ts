import { rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { systemCode } from '../../errors/minke-error.ts';
import { openFifo } from '../../host/pipe/fifo.ts';

/** A task's standard input, shared by all who are attached. The FIFO's name goes when it is closed for good. */
export class TaskInput {
  readonly #path: string;
  readonly #onClosed: () => void;
  #socket: Socket | null = null;
  #closed = false;

  /** `onClosed`: all that was written is in the FIFO and our end is closed. */
  constructor(path: string, onClosed: () => void) {
    this.#path = path;
    this.#onClosed = onClosed;
  }

  /** Writes; calls back when more may come. Input that nobody can take any more is dropped. */
  write(bytes: Buffer, next: () => void): void {
    const socket = this.#open();
    if (socket === null) next();
    else socket.write(bytes, () => next());
  }

  /** Ends the input for good: the process reads to the end of what was written. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const done = () => {
      rmSync(this.#path, { force: true });
      this.#onClosed();
    };
    if (this.#socket === null) done();
    else this.#socket.once('close', done).end();
  }

  /** The task has ended. */
  destroy(): void {
    this.#closed = true;
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open(): Socket | null {
    if (this.#closed) return null;
    if (this.#socket === null) {
      try {
        this.#socket = new Socket({ fd: openFifo(this.#path, 'write'), readable: false, writable: true });
      } catch (error) {
        // An earlier keeper closed it, or nobody can read it any more.
        if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENXIO') throw error;
        this.#closed = true;
        return null;
      }
      // EPIPE: the process closed its standard input, which is its right.
      this.#socket.on('error', () => {});
    }
    return this.#socket;
  }
}
