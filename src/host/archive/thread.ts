/** One archive thread, seen from the main thread. */
import { finished, Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { cancelled, internal, invalid, MinkeError, messageOf } from '../../errors/minke-error.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { giveBack } from '../../kit/stream/give-back.ts';
import type {
  Answer,
  Calls,
  Failure,
  InputOrder,
  Inputs,
  Order,
  OutputOrder,
  WorkerFacts,
} from './protocol.ts';

/** Bytes of a message to the thread, and how many of them may be on their way. */
const chunkSize = 1024 * 1024;
const window = 3;

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

export interface ThreadEnd {
  /** The thread takes no more work. */
  refuses(): void;
  /** Its memory is free. */
  gone(): void;
}

export class Thread {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  readonly #idle: number;
  readonly #onEnd: ThreadEnd;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(entry: string | URL, facts: WorkerFacts, idle: number, onEnd: ThreadEnd) {
    this.#idle = idle;
    this.#onEnd = onEnd;
    this.#worker = new Worker(entry, {
      name: 'archive',
      env: {},
      workerData: facts,
      execArgv: [],
      // Descriptors are opened by FFI, of which Node's own book knows nothing.
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 },
    });
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (error) => this.#end(`archive thread failed: ${messageOf(error)}`));
    this.#worker.on('exit', (code) => {
      this.#end(`archive thread ended with code ${code}`);
      onEnd.gone();
    });
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
    options: {
      onBytes?: (count: number) => void;
      signal?: AbortSignal | undefined;
      /** See `ExtractOptions`. */
      ownedChunks?: boolean;
    },
  ): Promise<Inputs[Order['name']]['give']> {
    return new Promise((resolve, reject) => {
      let underWay = 0;
      let over = false;
      /** Why the work was given up; told once the thread has let go of it. */
      let reason: Error | undefined;
      /** Buffers that came back: fresh memory for each would cost as much as the copying. */
      const spare: ArrayBuffer[] = [];
      const stop = (): void => {
        over = true;
        options.signal?.removeEventListener('abort', onAbort);
        stream.destroy();
      };
      const id = this.#register({
        hear: (answer) => {
          if (answer.kind !== 'consumed') return;
          underWay--;
          spare.push(answer.buffer);
          options.onBytes?.(answer.bytes);
          if (!over && underWay < window) stream.resume();
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
      const send = (data: Uint8Array<ArrayBuffer>): void => {
        underWay++;
        if (underWay >= window) stream.pause();
        this.#say({ id, kind: 'chunk', data }, [data.buffer]);
      };
      this.#say({ id, kind: 'input', order });
      options.signal?.addEventListener('abort', onAbort, { once: true });
      if (options.signal?.aborted === true) onAbort();
      else
        gather(stream, {
          owned: options.ownedChunks === true,
          buffer: () => spare.pop() ?? Buffer.allocUnsafeSlow(chunkSize).buffer,
          send: (data) => {
            if (!over) send(data);
          },
          end: () => {
            if (!over) this.#say({ id, kind: 'end' });
          },
          fail: giveUp,
        });
    });
  }

  /** Has all of `part` read; the descriptor is not touched any more once this is settled. */
  inputFile<Order extends InputOrder>(
    order: Order,
    part: FilePart,
    options: { onBytes?: (count: number) => void; signal?: AbortSignal | undefined },
  ): Promise<Inputs[Order['name']]['give']> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      let reason: Error | undefined;
      const id = this.#register({
        hear: (answer) => {
          if (answer.kind === 'read') options.onBytes?.(answer.bytes);
        },
        give: (value) => {
          signal?.removeEventListener('abort', onAbort);
          if (reason !== undefined) reject(reason);
          else resolve(value as Inputs[Order['name']]['give']);
        },
        fail: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(reason ?? error);
        },
      });
      const onAbort = (): void => {
        reason = cancelled('the request was cancelled', signal?.reason);
        this.#say({ id, kind: 'abort' });
      };
      this.#say({ id, kind: 'input', order, part });
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
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
    this.#onEnd.refuses();
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) job.fail(internal(reason));
  }
}

interface Gathered {
  /** The stream's buffers are nobody else's. */
  readonly owned: boolean;
  /** An empty buffer for the next chunk. */
  buffer(): ArrayBuffer;
  send(data: Uint8Array<ArrayBuffer>): void;
  end(): void;
  fail(error: Error): void;
}

/**
 * Cuts a stream into full chunks with buffers of their own, which can move to another thread. Takes what comes in the
 * turn in which it comes: a promise for each piece of a few kilobytes takes longer than its copy. Who wants less
 * pauses the stream.
 */
function gather(stream: Readable, to: Gathered): void {
  let chunk: Buffer<ArrayBuffer> | null = null;
  let length = 0;
  const flush = (full: Buffer<ArrayBuffer>): void => {
    to.send(new Uint8Array(full.buffer, 0, length));
    chunk = null;
    length = 0;
  };
  const onData = (part: unknown): void => {
    if (!Buffer.isBuffer(part)) {
      stream.off('data', onData);
      to.fail(invalid('archive is no stream of bytes'));
      return;
    }
    for (let at = 0; at < part.length; ) {
      const into: Buffer<ArrayBuffer> = chunk ?? Buffer.from(to.buffer());
      chunk = into;
      const count = part.copy(into, length, at);
      at += count;
      length += count;
      if (length === into.length) flush(into);
    }
    if (to.owned) giveBack(part);
  };
  finished(stream, { writable: false }, (error) => {
    stream.off('data', onData);
    if (error != null) {
      to.fail(error);
      return;
    }
    if (chunk !== null) flush(chunk);
    to.end();
  });
  stream.on('data', onData);
  stream.resume();
}
