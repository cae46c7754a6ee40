/** Who speaks with containers through the ports that an engine publishes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Order } from './program.ts';

const program = join(import.meta.dirname, 'program.ts');
const AnswerSchema = v.object({ id: v.number(), found: v.string() });

export class Caller {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, (found: string) => void>();
  #number = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    child.on('message', (message) => {
      const { id, found } = v.parse(AnswerSchema, message);
      this.#waiting.get(id)?.(found);
      this.#waiting.delete(id);
    });
    child.once('exit', (code, signal) => {
      for (const answer of this.#waiting.values()) answer(`fault: the caller ended by ${signal ?? code}`);
      this.#waiting.clear();
    });
  }

  /** @param netns name, as `ip netns` knows it */
  static async start(netns: string): Promise<Caller> {
    const child = spawn('nsenter', [`--net=/run/netns/${netns}`, process.execPath, program], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'spawn');
    return new Caller(child);
  }

  /** Answers a `Finding`. */
  order(order: Order): Promise<string> {
    this.#number += 1;
    const id = this.#number;
    return new Promise((resolve) => {
      if (!this.#child.connected) {
        resolve('fault: the caller has ended');
        return;
      }
      this.#waiting.set(id, resolve);
      this.#child.send({ id, order });
    });
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
