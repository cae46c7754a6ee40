import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { conflict, MinkeError, messageOf, notFound } from '../../errors/minke-error.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import type { AttachHello, TaskExit, TaskSpec, TaskStatus } from '../../wire/keeper.ts';
import { AttachClient } from '../attach/client.ts';
import { type KeeperLayout, taskFolder, taskLayout } from '../layout.ts';
import { discardUnknown, findTaskFolders, makeTaskFolder, removeTaskFolder } from './folder.ts';
import { startShim } from './start-shim.ts';
import { Task } from './task.ts';

/** Milliseconds. */
const longestLaunch = 10_000;

export interface TasksOptions {
  readonly layout: KeeperLayout;
  /** Path of minke-shim. */
  readonly shim: string;
  readonly onExit: (status: TaskStatus & { exit: TaskExit }) => void;
}

/** All tasks by id, and who is attached to tasks that are not launched yet. */
export class Tasks {
  readonly #options: TasksOptions;
  readonly #tasks = new Map<string, Task>();
  readonly #early = new Map<string, Set<AttachClient>>();
  readonly #shims = new Map<number, Task>();

  constructor(options: TasksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Takes over what an earlier keeper left. One task that can't be taken over does not keep the others from it. */
  adoptAll(): void {
    for (const { paths, launched } of findTaskFolders(this.#options.layout.tasks)) {
      const task = new Task(launched, paths, this.#options.onExit);
      try {
        if (task.adopt()) this.#tasks.set(launched.task.id, task);
      } catch (error) {
        writeStandardError(`taking over task ${launched.task.id}: ${messageOf(error)}\n`);
      }
    }
  }

  async launch(spec: TaskSpec, attempt: string): Promise<TaskStatus> {
    const present = this.#tasks.get(spec.id);
    if (present?.attempt === attempt) return present.started;
    if (present !== undefined && present.phase !== 'ended')
      throw conflict(`task ${spec.id} is there already`);
    this.forget(spec.id);
    const launched = { attempt, task: spec };
    const folder = taskFolder(this.#options.layout, spec.id);
    if (existsSync(folder)) discardUnknown(taskLayout(folder));
    const paths = makeTaskFolder(folder, launched);
    const task = new Task(launched, paths, this.#options.onExit);
    try {
      task.open();
      this.#shims.set(startShim(this.#options.shim, spec, paths), task);
    } catch (error) {
      task.abandon();
      throw error instanceof MinkeError
        ? error
        : new MinkeError('internal', messageOf(error), { cause: error });
    }
    this.#tasks.set(spec.id, task);
    for (const client of this.#early.get(spec.id) ?? []) task.attach(client);
    this.#early.delete(spec.id);
    try {
      return await task.started;
    } catch (error) {
      if (this.#tasks.get(spec.id) === task) this.#tasks.delete(spec.id);
      throw error;
    }
  }

  /**
   * The same once it is known of every launch under way whether it succeeded, so that a daemon that is started anew
   * learns of what its forerunner had asked for. A runtime that hangs is waited for so long and no longer.
   */
  async settledList(): Promise<TaskStatus[]> {
    const launches = [...this.#tasks.values()].filter(({ phase }) => phase === 'launching');
    const limit = new AbortController();
    await Promise.race([
      Promise.allSettled(launches.map(({ started }) => started)),
      pause(longestLaunch, undefined, { signal: limit.signal, ref: false }).catch(() => {}),
    ]);
    limit.abort();
    return this.list();
  }

  list(): TaskStatus[] {
    return [...this.#tasks.values()]
      .filter(({ phase }) => phase !== 'launching' && phase !== 'failed')
      .map((task) => (task.phase === 'ended' ? task.status : withoutExit(task.status)));
  }

  /** The process runs or ran; output may have gone by. */
  isStarted(id: string): boolean {
    const task = this.#tasks.get(id);
    return task !== undefined && task.phase !== 'launching' && task.phase !== 'failed';
  }

  async resize(id: string, height: number, width: number): Promise<void> {
    const task = this.#tasks.get(id);
    if (task === undefined) throw notFound(`No such task: ${id}`);
    // The shim of one that is still launched may not listen yet: what it is told then is lost.
    await task.started.catch((error: unknown) => {
      throw notFound(`No such task: ${id}`, error);
    });
    if (task.phase === 'ended') throw conflict(`task ${id} has ended`);
    if (task.tty) task.resize(height, width);
  }

  forget(id: string): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    if (task.phase !== 'ended') throw conflict(`task ${id} is running`);
    this.#tasks.delete(id);
    removeTaskFolder(task.paths.folder);
  }

  attach(hello: AttachHello, socket: ConstructorParameters<typeof AttachClient>[0]): void {
    const client = new AttachClient(socket, hello);
    const task = this.#tasks.get(hello.task);
    if (task !== undefined) {
      task.attach(client);
      return;
    }
    const waiting = this.#early.get(hello.task) ?? new Set();
    this.#early.set(hello.task, waiting.add(client));
    socket.on('close', () => {
      waiting.delete(client);
      if (waiting.size === 0 && this.#early.get(hello.task) === waiting) this.#early.delete(hello.task);
    });
  }

  /** A child of ours was reaped. */
  childEnded(pid: number): void {
    this.#shims.get(pid)?.shimEnded();
    this.#shims.delete(pid);
  }
}

const withoutExit = ({ id, kind, container, pid, startedAt }: TaskStatus): TaskStatus => ({
  id,
  kind,
  container,
  pid,
  startedAt,
});
