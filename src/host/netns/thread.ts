import { Worker } from 'node:worker_threads';
import { messageOf } from '../../errors/minke-error.ts';
import {
  type LinkKind,
  type Namespace,
  type NetworkStack,
  type NetworkState,
  type Step,
  StepFailure,
} from './contract.ts';
import type { Answer, CallName, Calls, Order } from './protocol.ts';

interface Waiting {
  resolve(give: unknown): void;
  reject(error: Error): void;
}

/**
 * The kernel's network stack, worked on by one worker thread. The thread starts at the first call, and again where it
 * died; calls under way then fail with `StepFailure`. It does not keep the process alive while nothing is asked.
 */
export class NetworkThread implements NetworkStack {
  readonly #entry: string | URL;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;
  #closed = false;

  /** @param options.entry `worker.ts` of this folder, or what the build made of it */
  constructor(options: { entry: string | URL }) {
    this.#entry = options.entry;
  }

  async run(steps: readonly Step[]): Promise<void> {
    if (steps.length > 0) await this.#ask('run', steps);
  }

  state(namespace: Namespace): Promise<NetworkState> {
    return this.#ask('state', namespace);
  }

  supports(kind: LinkKind): Promise<boolean> {
    return this.#ask('supports', kind);
  }

  sysctl(namespace: Namespace, key: string): Promise<string | null> {
    return this.#ask('sysctl', { namespace, key });
  }

  filterGeneration(): Promise<number | null> {
    return this.#ask('filterGeneration', null);
  }

  namespaces(folder: string): Promise<string[]> {
    return this.#ask('namespaces', folder);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #ask<Name extends CallName>(call: Name, take: Calls[Name]['take']): Promise<Calls[Name]['give']> {
    if (this.#closed) return Promise.reject(new StepFailure('the network thread was closed', ''));
    const worker = this.#start();
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (give) => resolve(give as Calls[Name]['give']), reject });
      worker.ref();
      worker.postMessage({ id, call, take } as Order);
    });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#entry, {
      name: 'network',
      env: {},
      execArgv: [],
      // Descriptors are closed by hand; some are opened by FFI, of which Node's own book knows nothing.
      trackUnmanagedFds: false,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
    });
    worker.on('message', (answer: Answer) => this.#hear(answer));
    worker.on('error', (error) => this.#fail(worker, messageOf(error)));
    worker.on('exit', (code) => this.#fail(worker, `it ended with code ${code}`));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('failure' in answer) waiting?.reject(new StepFailure(answer.failure.message, answer.failure.code));
    else waiting?.resolve(answer.give);
  }

  #fail(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(new StepFailure(`the network thread failed: ${reason}`, ''));
  }
}
