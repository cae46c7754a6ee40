/** One archive thread, seen from the main thread. */
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { cancelled, internal, invalid, MinkeError, messageOf } from '../../errors/minke-error.ts';
import type { Answer, Calls, Failure, InputOrder, Inputs, Order, OutputOrder } from './protocol.ts';

/** Bytes of a message to the thread, and how many of them may be on their way. */
const chunkSize = 256 * 1024;
const window = 6;

interface Job {
  /** Anything but the end. */
  hear(answer: Answer): void;
  give(value: unknown): void;
  fail(error: Error): void;
}

const errorOf = ({ kind, message, code }: Failure): Error => {
  const cause = code === '' ? undefined : Object.assign(new Error(message), { code });
  return new MinkeError(kind, message, cause === undefined ? undefined : { cause });
};

export class Thread {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  readonly #idle: number;
  readonly #onEnd: () => void;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** @param onEnd called once, when the thread takes no more work */
  constructor(entry: string | URL, idle: number, onEnd: () => void) {
    this.#idle = idle;
    this.#onEnd = onEnd;
    this.#worker = new Worker(entry, {
      name: 'archive',
      env: {},
      execArgv: [],
      // Descriptors are opened by FFI, of which Node's own book knows nothing.
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 },
    });
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (error) => this.#end(`archive thread failed: ${messageOf(error)}`));
    this.#worker.on('exit', (code) => this.#end(`archive thread ended with code ${code}`));
    this.#rest();
  }

  get load(): number {
    return this.#jobs.size;
  }

  call<Name extends keyof Calls>(name: Name, take: Calls[Name]['take']): Promise<Calls[Name]['give']> {
    return new Promise((resolve, reject) => {
      const id = this.#register({
        hear: () => {},
        give: (value) => resolve(value as Calls[Name]['give']),
        fail: reject,
      });
      this.#say({ id, kind: 'call', order: { name, take } } as Order);
    });
  }

  /** Sends all of `stream`; destroys it when the work ends before it does. */
  input<Order extends InputOrder>(
    order: Order,
    stream: Readable,
    options: { onBytes?: (count: number) => void; signal?: AbortSignal | undefined },
  ): Promise<Inputs[Order['name']]['give']> {
    return new Promise((resolve, reject) => {
      let underWay = 0;
      let wake: (() => void) | undefined;
      let over = false;
      /** Why the work was given up; told once the thread has let go of it. */
      let reason: Error | undefined;
      const stop = (): void => {
        over = true;
        wake?.();
        options.signal?.removeEventListener('abort', onAbort);
        stream.destroy();
      };
      const id = this.#register({
        hear: (answer) => {
          if (answer.kind !== 'consumed') return;
          underWay--;
          options.onBytes?.(answer.bytes);
          wake?.();
        },
        give: (value) => {
          stop();
          if (reason !== undefined) reject(reason);
          else resolve(value as Inputs[Order['name']]['give']);
        },
        fail: (error) => {
          stop();
          reject(reason ?? error);
        },
      });
      const giveUp = (error: unknown): void => {
        if (over || reason !== undefined) return;
        reason = error instanceof Error ? error : internal(String(error));
        stop();
        this.#say({ id, kind: 'abort' });
      };
      const onAbort = (): void => giveUp(cancelled('the request was cancelled', options.signal?.reason));
      const send = async (data: Uint8Array<ArrayBuffer>): Promise<void> => {
        while (underWay >= window && !over) await new Promise<void>((resume) => (wake = resume));
        if (over) return;
        underWay++;
        this.#say({ id, kind: 'chunk', data }, [data.buffer]);
      };
      this.#say({ id, kind: 'input', order });
      options.signal?.addEventListener('abort', onAbort, { once: true });
      if (options.signal?.aborted === true) onAbort();
      else
        gather(stream, send, () => over)
          .then(() => {
            if (!over) this.#say({ id, kind: 'end' });
          })
          .catch(giveUp);
    });
  }

  output(order: OutputOrder): Readable {
    let finished = false;
    const stream = new Readable({
      highWaterMark: 4 * chunkSize,
      read: () => {
        if (!finished) this.#say({ id, kind: 'pull' });
      },
      destroy: (error, done) => {
        if (!finished) {
          finished = true;
          this.#say({ id, kind: 'abort' });
          this.#finish(id);
        }
        done(error);
      },
    });
    const id = this.#register({
      hear: (answer) => {
        if (answer.kind !== 'chunk') return;
        const { data } = answer;
        stream.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      },
      give: () => {
        finished = true;
        stream.push(null);
      },
      fail: (error) => {
        finished = true;
        stream.destroy(error);
      },
    });
    this.#say({ id, kind: 'output', order });
    return stream;
  }

  async close(): Promise<void> {
    this.#end('archives are closed');
    await this.#worker.terminate();
  }

  #register(job: Job): number {
    this.#last += 1;
    this.#jobs.set(this.#last, job);
    clearTimeout(this.#timer);
    this.#worker.ref();
    return this.#last;
  }

  #finish(id: number): Job | undefined {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#rest();
    return job;
  }

  /** Nothing to do: does not keep the process alive, and ends after a while. */
  #rest(): void {
    this.#worker.unref();
    clearTimeout(this.#timer);
    if (this.#ended || !Number.isFinite(this.#idle)) return;
    this.#timer = setTimeout(() => {
      this.#end('archive thread was idle');
      void this.#worker.terminate();
    }, this.#idle).unref();
  }

  #say(order: Order, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#ended) this.#worker.postMessage(order, transfer);
  }

  #hear(answer: Answer): void {
    switch (answer.kind) {
      case 'give':
        this.#finish(answer.id)?.give(answer.give);
        return;
      case 'failure':
        this.#finish(answer.id)?.fail(errorOf(answer.failure));
        return;
      default:
        this.#jobs.get(answer.id)?.hear(answer);
    }
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#onEnd();
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) job.fail(internal(reason));
  }
}

/** Cuts a stream into full chunks with buffers of their own, which can move to another thread. */
async function gather(
  stream: Readable,
  send: (data: Uint8Array<ArrayBuffer>) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  let chunk = Buffer.allocUnsafeSlow(chunkSize);
  let length = 0;
  const flush = async (): Promise<void> => {
    const data = new Uint8Array(chunk.buffer, chunk.byteOffset, length);
    chunk = Buffer.allocUnsafeSlow(chunkSize);
    length = 0;
    await send(data);
  };
  for await (const part of stream) {
    if (!Buffer.isBuffer(part)) throw invalid('archive is no stream of bytes');
    for (let at = 0; at < part.length; ) {
      const count = part.copy(chunk, length, at);
      at += count;
      length += count;
      if (length === chunkSize) await flush();
    }
    if (isOver()) return;
  }
  if (length > 0) await flush();
}
