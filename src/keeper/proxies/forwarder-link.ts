import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { socketPair } from '../../host/fds/socket-pair.ts';
import { spawn } from '../../host/process/posix/spawn.ts';
import { AnswerReader } from './forwarder-words.ts';

export interface ForwarderProgram {
  /** minke-proxy. */
  readonly program: string;
  /** The file by which it waits for its predecessor's end. */
  readonly lock: string;
}

/** One running minke-proxy. */
export class ForwarderLink {
  readonly #socket: Socket;
  #closed = false;
  readonly #waiting: ((errno: number | undefined) => void)[] = [];

  /** Whoever reaps our children reaps it. `ended` is called where it ends before `close`. */
  constructor({ program, lock }: ForwarderProgram, ended: () => void) {
    const [ours, its] = socketPair();
    try {
      spawn({ path: program, argv: ['minke-proxy', lock], env: {}, cwd: '/', stdio: [its, null, null] });
    } catch (error) {
      closeSync(ours);
      throw error;
    } finally {
      closeSync(its);
    }
    const answers = new AnswerReader();
    this.#socket = new Socket({ fd: ours, readable: true, writable: true });
    this.#socket.on('data', (bytes: Buffer) => {
      for (const errno of answers.push(bytes)) this.#waiting.shift()?.(errno);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      for (const answer of this.#waiting.splice(0)) answer(undefined);
      if (!this.#closed) ended();
    });
  }

  /** Answered in order: the errno, 0 for success; undefined where the program ended before. */
  ask(request: Buffer): Promise<number | undefined> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) {
        resolve(undefined);
        return;
      }
      this.#waiting.push(resolve);
      this.#socket.write(request);
    });
  }

  /** Ends the program. */
  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }
}
