/** The container service: one verb a file, put together here. */
import type { Readable } from 'node:stream';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { conflict, invalid, MinkeError, notFound, notModified } from '../../errors/minke-error.ts';
import { changes, exportRootfs, readArchive, statPath, writeArchive } from './archive/archive.ts';
import { attach } from './attach.ts';
import { commit } from './commit/commit.ts';
import { announce, type Context, timestamp } from './context.ts';
import type { Containers } from './contract.ts';
import { SIGKILL, sendableSignal } from './create/signals.ts';
import { create } from './create.ts';
import { execCreate, execInspect, execResize, execStart } from './exec/exec.ts';
import { ExecTable } from './exec/table.ts';
import { taskEnded } from './exit.ts';
import { imageMountId } from './launch/mounts.ts';
import { list } from './list/list.ts';
import type { LiveContainer } from './live/container.ts';
import { Registry } from './live/registry.ts';
import { logs } from './logs.ts';
import { connect, disconnect, endpointsOf } from './networks.ts';
import type { ContainersOptions } from './options.ts';
import { pause, unpause } from './pause.ts';
import { prune } from './prune.ts';
import { isAlive, isGone, isRunning } from './record/state.ts';
import { remove } from './remove.ts';
import { rename } from './rename.ts';
import { restart } from './restart.ts';
import { restore } from './restore.ts';
import { shutdown } from './shutdown.ts';
import { start } from './start.ts';
import { followStats } from './stats/follow.ts';
import type { Sample } from './stats/shape.ts';
import { killAndWait, notRunning, sendSignal, stopContainer } from './stop.ts';
import { top } from './top/top.ts';
import { update } from './update.ts';
import { inspect } from './view/inspect.ts';
import { wait } from './wait.ts';

type Api = Containers;

export class ContainerService implements Containers {
  readonly #context: Context;
  readonly #restored = Promise.withResolvers<void>();
  readonly #unlisten: () => void;

  constructor(options: ContainersOptions) {
    this.#context = {
      ...options,
      registry: new Registry(),
      execs: new ExecTable(),
      shuttingDown: false,
      restored: this.#restored.promise,
    };
    this.#unlisten = options.keeper.onExit((task) => {
      // What ended before is dealt with in `restore`, once all is known.
      void this.#restored.promise.then(() => taskEnded(this.#context, task));
    });
    options.images.setUse((image) =>
      this.#context.registry
        .all()
        .filter(
          ({ record }) =>
            record.image === image ||
            record.mountPoints.some(({ source, type }) => type === 'image' && source === image),
        )
        .map(({ id, record }) => ({ container: id, running: isRunning(record.state) })),
    );
  }

  /**
   * At the daemon's start, once, before anything else: containers that run are taken over, what a crash left is
   * cleared. Restores storage, volumes and networks, too. Containers that policies want are starting when it resolves.
   */
  async restore(): Promise<void> {
    const { started } = await restore(this.#context);
    this.#restored.resolve();
    void started;
  }

  /** At the daemon's polite end. @param timeout seconds */
  async shutdown(options: { timeout: number }): Promise<void> {
    await shutdown(this.#context, options);
    this.#unlisten();
  }

  #get(ref: string): LiveContainer {
    return this.#context.registry.get(ref);
  }

  expect(): void {
    this.#context.cgroups.warm();
  }

  create(request: Parameters<Api['create']>[0]) {
    return create(this.#context, request);
  }

  list(query: Parameters<Api['list']>[0]) {
    return list(this.#context, query);
  }

  async inspect(ref: string, options: { size: boolean }) {
    return inspect(this.#context, this.#get(ref), options);
  }

  async start(ref: string): Promise<void> {
    await start(this.#context, this.#get(ref));
  }

  async stop(ref: string, options: { signal?: string; timeout?: number }): Promise<void> {
    const container = this.#get(ref);
    await container.settled();
    if (!isRunning(container.record.state)) throw notModified('container is already stopped');
    try {
      await stopContainer(this.#context, container, withoutEmptySignal(options));
    } catch (error) {
      if (!(error instanceof MinkeError)) throw error;
      throw new MinkeError(error.kind, `cannot stop container: ${ref}: ${error.message}`, { cause: error });
    }
  }

  async restart(ref: string, options: { signal?: string; timeout?: number }): Promise<void> {
    await restart(this.#context, this.#get(ref), ref, withoutEmptySignal(options));
  }

  async kill(ref: string, signal?: string): Promise<void> {
    const number = signal === undefined || signal === '' ? SIGKILL : sendableSignal(signal);
    const container = this.#get(ref);
    await container.settled();
    if (!isRunning(container.record.state)) throw notRunning(container.id);
    if (number === SIGKILL) await killAndWait(this.#context, container);
    else await sendSignal(this.#context, container, number);
  }

  async pause(ref: string): Promise<void> {
    await pause(this.#context, this.#get(ref));
  }

  async unpause(ref: string): Promise<void> {
    await unpause(this.#context, this.#get(ref));
  }

  async rename(ref: string, name: string): Promise<void> {
    await rename(this.#context, this.#get(ref), name);
  }

  async update(ref: string, body: Parameters<Api['update']>[1]) {
    return update(this.#context, this.#get(ref), body);
  }

  async remove(ref: string, options: { force: boolean; volumes: boolean; link: boolean }): Promise<void> {
    const container = this.#get(ref);
    if (options.link) throw invalid('Conflict, cannot remove the default link name of the container');
    await remove(this.#context, container, options, ref);
  }

  prune(filters: Parameters<Api['prune']>[0]) {
    return prune(this.#context, filters);
  }

  async wait(ref: string, condition: Parameters<Api['wait']>[1], signal: AbortSignal) {
    return wait(this.#context, this.#get(ref), condition, signal);
  }

  async resize(ref: string, size: { height: number; width: number }): Promise<void> {
    const container = this.#get(ref);
    if (container.run === null) throw conflict(`container ${container.id} is not running`);
    await this.#context.keeper.resize(container.id, size);
    announce(this.#context, container, 'resize', { height: String(size.height), width: String(size.width) });
  }

  async attach(ref: string, request: Parameters<Api['attach']>[1], signal: AbortSignal) {
    return attach(this.#context, this.#get(ref), request, signal);
  }

  async logs(ref: string, request: Parameters<Api['logs']>[1], signal: AbortSignal) {
    return logs(this.#context, this.#get(ref), request, signal);
  }

  async top(ref: string, psArgs: string) {
    const container = this.#get(ref);
    const { state } = container.record;
    const response = await top(
      {
        id: container.id,
        running: isRunning(state),
        restarting: state.status === 'restarting',
        pids: () =>
          container.run === null ? [] : this.#context.cgroups.processes(container.run.container.cgroup),
      },
      psArgs,
      this.#context.processes,
    );
    announce(this.#context, container, 'top');
    return response;
  }

  async stats(ref: string, options: { stream: boolean; oneShot: boolean }, signal: AbortSignal) {
    const container = this.#get(ref);
    const context = this.#context;
    const sample = async (): Promise<Sample | null> => {
      if (context.registry.byId(container.id) !== container) throw notFound(`No such container: ${ref}`);
      const counters = container.run === null ? null : context.cgroups.stats(container.run.container.cgroup);
      if (counters === null) return null;
      const cpu = context.proc.cpu();
      const networks =
        context.networks.sandbox(container.id) === null
          ? null
          : await context.networks.counters(container.id);
      return {
        read: timestamp(context),
        counters,
        hostCpu: cpu.total,
        onlineCpus: cpu.online,
        hostMemory: context.proc.memory,
        networks,
      };
    };
    return followStats(
      {
        identity: () => ({ id: container.id, name: container.name }),
        sample,
        wait: async (milliseconds, abort) => {
          await pauseFor(milliseconds, undefined, { signal: abort });
        },
      },
      options,
      signal,
    );
  }

  async changes(ref: string) {
    return changes(this.#context, this.#get(ref));
  }

  async export(ref: string, signal: AbortSignal): Promise<Readable> {
    return exportRootfs(this.#context, this.#get(ref), signal);
  }

  async statPath(ref: string, path: string) {
    return statPath(this.#context, this.#get(ref), ref, path);
  }

  async readArchive(ref: string, path: string, signal: AbortSignal) {
    return readArchive(this.#context, this.#get(ref), ref, path, signal);
  }

  async writeArchive(
    ref: string,
    path: string,
    tar: Readable,
    options: Parameters<Api['writeArchive']>[3],
  ): Promise<void> {
    await writeArchive(this.#context, this.#get(ref), ref, path, tar, options);
  }

  async commit(request: Parameters<Api['commit']>[0]) {
    return commit(this.#context, this.#get(request.container), request);
  }

  async execCreate(ref: string, body: Parameters<Api['execCreate']>[1]) {
    return execCreate(this.#context, ref, body);
  }

  execStart(id: string, body: Parameters<Api['execStart']>[1], signal: AbortSignal) {
    return execStart(this.#context, id, body, signal);
  }

  execResize(id: string, size: { height: number; width: number }): Promise<void> {
    return execResize(this.#context, id, size);
  }

  async execInspect(id: string) {
    return execInspect(this.#context, id);
  }

  connect(network: string, container: string, endpoint: Parameters<Api['connect']>[2]): Promise<void> {
    return connect(this.#context, network, container, endpoint);
  }

  disconnect(network: string, container: string, force: boolean): Promise<void> {
    return disconnect(this.#context, network, container, force);
  }

  async endpointsOf(networkId: string) {
    return endpointsOf(this.#context, networkId);
  }

  filesystems() {
    const { registry } = this.#context;
    const all = registry.all();
    const owned = all.flatMap(({ id, record: { name, mountPoints, state } }) => {
      const images = mountPoints.filter(({ type }) => type === 'image');
      const ids = [id, ...images.map(({ destination }) => imageMountId(id, destination))];
      return ids.map((each) => ({ id: each, container: id, name, needed: !isGone(state) }));
    });
    const removing = all.some(({ record }) => record.state.status === 'removing');
    return { owned, settled: registry.settled && !removing };
  }

  counts() {
    const states = this.#context.registry.all().map(({ record }) => record.state);
    const paused = states.filter(({ status }) => status === 'paused').length;
    const running = states.filter((state) => isRunning(state)).length - paused;
    return { total: states.length, running, paused, stopped: states.length - running - paused };
  }

  /** Ids of containers with processes. */
  running(): string[] {
    return this.#context.registry.all().flatMap(({ id, record }) => (isAlive(record.state) ? [id] : []));
  }
}

const withoutEmptySignal = ({ signal, timeout }: { signal?: string; timeout?: number }) => ({
  ...(signal === undefined || signal === '' ? {} : { signal }),
  ...(timeout === undefined ? {} : { timeout }),
});
