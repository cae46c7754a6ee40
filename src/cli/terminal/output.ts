import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { systemCode } from '../../errors/minke-error.ts';
import { visible } from './visible.ts';

/**
 * The output or error stream. Writes are synchronous: what was written is out when the process ends, and both streams
 * keep their order. A reader that went away ends the process as SIGPIPE would.
 */
export class Output {
  readonly #fd: number;
  #terminal: boolean | undefined;

  constructor(fd: 1 | 2) {
    this.#fd = fd;
  }

  get isTerminal(): boolean {
    this.#terminal ??= isatty(this.#fd);
    return this.#terminal;
  }

  /** Columns of the terminal; 80 where there is none. */
  get columns(): number {
    if (!this.isTerminal) return 80;
    const stream = this.#fd === 1 ? process.stdout : process.stderr;
    return stream.columns > 0 ? stream.columns : 80;
  }

  get rows(): number {
    if (!this.isTerminal) return 24;
    const stream = this.#fd === 1 ? process.stdout : process.stderr;
    return stream.rows > 0 ? stream.rows : 24;
  }

  /** Bytes as they are: what a container says, control sequences of our own. */
  raw(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EPIPE') process.exit(141);
        if (code !== 'EAGAIN') throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2); // somebody made the pipe non-blocking
      }
    }
  }

  /** Text with parts that others chose: on a terminal control characters are made visible. */
  text(text: string): void {
    this.raw(this.isTerminal ? visible(text) : text);
  }

  line(text: string): void {
    this.text(`${text}\n`);
  }
}
