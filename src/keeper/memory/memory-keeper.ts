import { type Duplex, PassThrough } from 'node:stream';
import { cancelled, conflict, internal, notFound } from '../../errors/minke-error.ts';
import { timeOf } from '../../kit/time/rfc3339.ts';
import type { AttachHello, HostNames, ProxySpec, TaskExit, TaskSpec, TaskStatus } from '../../wire/keeper.ts';
import type { NameSpec } from '../../wire/names.ts';
import { type Keeper, RuntimeFailure } from '../contract.ts';
import { MemoryAttachments } from './memory-attachments.ts';

/** What a pretended process sees of its keeper. */
export interface MemoryProcess {
  readonly task: TaskSpec;
  write(stream: 'stdout' | 'stderr', text: string | Buffer): void;
  /** Input as it comes; ends where it was closed. */
  readonly stdin: AsyncIterable<Buffer>;
  /** Aborted when the process is ended from outside (`end`). */
  readonly ended: AbortSignal;
}

/**
 * A pretended program: resolves with its exit code. Throwing `RuntimeFailure` before its first `await` is a runtime
 * that could not start it.
 */
export type MemoryProgram = (process: MemoryProcess) => Promise<number>;

interface Running {
  readonly spec: TaskSpec;
  status: TaskStatus;
  readonly stdin: PassThrough;
  readonly killed: AbortController;
}

/** Runs until it is ended from outside. */
export const waits: MemoryProgram = ({ ended }) =>
  new Promise((resolve) => {
    ended.addEventListener('abort', () => resolve(137));
  });

/** A keeper without processes: programs are functions, chosen by task. */
export class MemoryKeeper implements Keeper {
  readonly pid = process.pid;
  /** Launched specs, in order. */
  readonly launched: TaskSpec[] = [];
  readonly sizes = new Map<string, { height: number; width: number }>();
  readonly openProxies = new Map<string, readonly ProxySpec[]>();
  readonly knownNames = new Map<string, NameSpec>();
  answeringHost: HostNames | null = null;
  readonly #programs: (task: TaskSpec) => MemoryProgram;
  readonly #tasks = new Map<string, Running>();
  readonly #attached = new MemoryAttachments();
  readonly #listeners = new Set<(task: TaskStatus & { exit: TaskExit }) => void>();
  #nextPid = 10_000;

  constructor(programs: (task: TaskSpec) => MemoryProgram = () => waits) {
    this.#programs = programs;
  }

  async launch(task: TaskSpec): Promise<TaskStatus> {
    const present = this.#tasks.get(task.id);
    if (present !== undefined && present.status.exit === undefined) {
      throw conflict(`task ${task.id} is there already`);
    }
    this.launched.push(task);
    const running = this.#begin(task);
    const result = this.#run(running);
    // A program that could not be started has thrown by now.
    await Promise.race([result.started, new Promise((resolve) => setImmediate(resolve))]);
    return running.status;
  }

  /** Ends a task from outside, as a signal would. */
  end(id: string, code = 137): void {
    const running = this.#tasks.get(id);
    if (running === undefined || running.status.exit !== undefined) throw notFound(`No such task: ${id}`);
    running.killed.abort();
    this.#ended(running, code);
  }

  async list(): Promise<TaskStatus[]> {
    return [...this.#tasks.values()].map(({ status }) => status);
  }

  async attach(hello: Omit<AttachHello, 'kind'>, signal?: AbortSignal): Promise<Duplex> {
    if (signal?.aborted) throw cancelled('attach: aborted', signal.reason);
    const stream = this.#attached.open(hello);
    const onAbort = () => stream.destroy(cancelled('attach: aborted', signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.once('close', () => signal?.removeEventListener('abort', onAbort));
    const running = this.#tasks.get(hello.task);
    if (running !== undefined) this.#attached.begin(running.spec, running.stdin);
    if (running?.status.exit !== undefined) this.#attached.end(hello.task);
    return stream;
  }

  async resize(task: string, size: { height: number; width: number }): Promise<void> {
    const running = this.#tasks.get(task);
    if (running === undefined) throw notFound(`No such task: ${task}`);
    if (running.status.exit !== undefined) throw conflict(`task ${task} has ended`);
    if (running.spec.tty) this.sizes.set(task, size);
  }

  async forget(task: string): Promise<void> {
    const running = this.#tasks.get(task);
    if (running !== undefined && running.status.exit === undefined) throw conflict(`task ${task} is running`);
    this.#tasks.delete(task);
  }

  async proxies(container: string, proxies: readonly ProxySpec[]): Promise<void> {
    const taken = [...this.openProxies]
      .filter(([other]) => other !== container)
      .flatMap(([, specs]) => specs);
    for (const { proto, hostIp, hostPort } of proxies) {
      if (taken.some((other) => other.proto === proto && other.hostPort === hostPort)) {
        throw conflict(`listen ${proto}4 ${hostIp}:${hostPort}: bind: address already in use`);
      }
    }
    if (proxies.length > 0) this.openProxies.set(container, proxies);
    else this.openProxies.delete(container);
  }

  async keepProxies(containers: readonly string[]): Promise<void> {
    for (const container of this.openProxies.keys()) {
      if (!containers.includes(container)) this.openProxies.delete(container);
    }
  }

  async names(container: string, names: NameSpec | null): Promise<void> {
    if (names === null) this.knownNames.delete(container);
    else this.knownNames.set(container, names);
  }

  async hostNames(at: HostNames | null): Promise<void> {
    this.answeringHost = at;
  }

  onExit(listener: (task: TaskStatus & { exit: TaskExit }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {}

  #begin(spec: TaskSpec): Running {
    this.#nextPid += 1;
    const { id, kind, container } = spec;
    const status = { id, kind, container, pid: this.#nextPid, startedAt: now() };
    const stdin = new PassThrough();
    if (!spec.openStdin) stdin.end();
    const running = { spec, status, stdin, killed: new AbortController() };
    this.#tasks.set(id, running);
    this.#attached.begin(spec, stdin);
    return running;
  }

  #run(running: Running): { started: Promise<never> } {
    const { spec, stdin, killed } = running;
    const started = Promise.withResolvers<never>();
    started.promise.catch(() => {});
    const program = this.#programs(spec);
    const run = async () =>
      program({
        task: spec,
        stdin,
        ended: killed.signal,
        write: (stream, text) => this.#attached.send(spec, stream, Buffer.from(text)),
      });
    run().then(
      // In a turn of its own, as news of a real process come.
      (code) => setImmediate(() => this.#ended(running, code)),
      (error: unknown) => {
        const failure = error instanceof RuntimeFailure ? error : new RuntimeFailure(String(error));
        this.#tasks.delete(spec.id);
        this.#attached.end(spec.id);
        started.reject(internal('the OCI runtime failed', failure));
      },
    );
    return { started: started.promise };
  }

  #ended(running: Running, code: number): void {
    if (running.status.exit !== undefined) return;
    const task = { ...running.status, exit: { code, at: now() } };
    running.status = task;
    this.#attached.end(task.id);
    setImmediate(() => {
      for (const listener of this.#listeners) listener(task);
    });
  }
}

const now = (): string => timeOf(BigInt(Date.now()) * 1_000_000n);
