import { isKind, messageOf } from '../../errors/minke-error.ts';
import type { TaskStatus } from '../../wire/keeper.ts';
import type { Sandbox } from '../networks/contract.ts';
import { type Context, save, timestamp, warner } from './context.ts';
import { type EndedTask, taskEnded } from './exit.ts';
import { watchHealth } from './health.ts';
import { launch } from './launch/launch.ts';
import { imageMountId } from './launch/mounts.ts';
import { runtimeOf } from './launch/runtime.ts';
import { cgroupOf } from './launch/spec-parts.ts';
import { LiveContainer } from './live/container.ts';
import { settleEndpoints } from './networks.ts';
import { endedState, isAlive, ranState, restStatus } from './record/state.ts';
import { remove } from './remove.ts';
import { publishRequest } from './republish.ts';
import { startsWithDaemon } from './restart-policy/decide.ts';
import { giveBack } from './teardown.ts';

/** A run that the keeper still looks after, or that ended while the daemon was away. */
function adopt(context: Context, container: LiveContainer, task: TaskStatus): void {
  const { record } = container;
  const runtime = runtimeOf(context, record);
  if (runtime === undefined) {
    context.logger.error('a running container’s OCI runtime is not there any more', {
      container: container.id,
      runtime: record.hostConfig.Runtime,
    });
    return;
  }
  const process = context.proc.identify(task.pid);
  const cgroup = cgroupOf(context, record);
  container.run = {
    runtime,
    container: { id: container.id, cgroup, process },
    ended: new AbortController(),
    process: null,
    began: null,
  };
  if (isAlive(record.state) && record.state.pid === task.pid) {
    // The daemon ended between freezing or thawing it and its record.
    const status = context.cgroups.frozen(cgroup) ? 'paused' : 'running';
    if (status !== record.state.status) save(context, container, { state: { ...record.state, status } });
    return;
  }
  // The daemon ended between the start and its record.
  save(context, container, {
    started: true,
    state: ranState(record.state, {
      pid: task.pid,
      startTime: process?.startTime ?? '',
      startedAt: task.startedAt,
    }),
  });
}

/** Its record says that it runs, and nobody knows of its end: the shim itself was killed, or the host was. */
async function lost(context: Context, container: LiveContainer): Promise<void> {
  const { record } = container;
  const runtime = runtimeOf(context, record);
  const cgroup = cgroupOf(context, record);
  const process = context.proc.identify(record.state.pid);
  const same = process !== null && process.startTime === record.state.startTime;
  if (runtime !== undefined) {
    const held = { id: container.id, cgroup, process: same ? process : null };
    // Without a parent of ours its output and exit status have nowhere to go.
    if (same) await runtime.kill(held, 9, { all: true }).catch(() => {});
    await giveBack(context, container, { runtime, container: held });
  }
  save(context, container, {
    state: {
      ...endedState(record.state, {
        exitCode: 255,
        finishedAt: timestamp(context),
        oomKilled: false,
        restarting: false,
      }),
    },
  });
}

/** Left-overs of starts and removals that a crash cut short. */
async function clearOrphans(context: Context, tasks: readonly TaskStatus[]): Promise<void> {
  const { registry, storage, folders, keeper, cgroups, settings, runtimes } = context;
  const known = new Set(
    registry
      .all()
      .flatMap(({ id, record }) => [
        id,
        ...record.mountPoints
          .filter(({ type }) => type === 'image')
          .map(({ destination }) => imageMountId(id, destination)),
      ]),
  );
  for (const task of tasks) {
    if (known.has(task.container)) continue;
    const process = task.exit === undefined ? context.proc.identify(task.pid) : null;
    if (process !== null) context.proc.signal(process, 9);
    if (task.exit !== undefined) await keeper.forget(task.id).catch(() => {});
  }
  for (const runtime of runtimes.values()) {
    for (const id of await runtime.list().catch(() => [])) {
      // Of a container that is known and does not run it is what a start left that was cut short.
      if (registry.byId(id)?.run != null) continue;
      const record = registry.byId(id)?.record;
      const cgroup =
        record === undefined
          ? `${settings().cgroupParent}/${id}`.replace(/\/+/g, '/')
          : cgroupOf(context, record);
      if (cgroups.exists(cgroup)) await cgroups.killAll(cgroup).catch(() => {});
      await runtime
        .delete({ id, cgroup, process: null })
        .catch(warner(context, id, 'a left-over container can’t be removed'));
    }
  }
  const { strays, damaged } = folders.withoutRecord();
  for (const id of strays) {
    if (registry.byId(id) === undefined)
      await folders.removeFolder(id).catch(warner(context, id, 'a left-over folder can’t be removed'));
  }
  for (const id of folders.bundles()) {
    const container = registry.byId(id);
    if (container === undefined || container.run === null) await folders.removeBundle(id);
  }
  for (const id of folders.parts()) {
    if ((registry.byId(id)?.run ?? null) === null) {
      await folders.unbindParts(id).catch(warner(context, id, 'a part of a volume can’t be taken away'));
    }
  }
  const kept = known.union(new Set(damaged));
  for (const id of await storage.list()) {
    if (!kept.has(id))
      await storage.remove(id).catch(warner(context, id, 'a left-over filesystem can’t be removed'));
  }
}

async function restoreVolumes(context: Context): Promise<void> {
  const references = new Map<string, { containers: string[]; running: string[] }>();
  for (const { id, record, run } of context.registry.all()) {
    for (const { type, name } of record.mountPoints) {
      if (type !== 'volume') continue;
      const row = references.get(name) ?? { containers: [], running: [] };
      row.containers.push(id);
      if (run !== null) row.running.push(id);
      references.set(name, row);
    }
  }
  await context.volumes.restore(references);
}

/** Its userland proxies, for a keeper that may be another one; a change of ports that a crash cut short goes first. */
async function listenAgain(context: Context, { id, record }: LiveContainer): Promise<void> {
  const { networks, keeper } = context;
  const sandbox = networks.sandbox(id);
  if (sandbox === null) return;
  const request = publishRequest(record);
  // Also where nobody can come in any more: a disconnect that a crash cut short was not told to the keeper.
  const listen = async (proxies: Sandbox['proxies']): Promise<void> => {
    if (request.ports.length > 0 || sandbox.proxies.length > 0) await keeper.proxies(id, proxies);
  };
  await networks.publish(id, request, listen).catch(warner(context, id, 'ports can’t be listened on again'));
}

/** Starts what its policy wants, those that others lean on first. */
async function startWanted(context: Context, ran: ReadonlySet<string>): Promise<void> {
  const wanted = context.registry.all().filter(({ run, record, id }) => {
    if (run !== null || record.state.status === 'removing' || record.state.status === 'dead') return false;
    if (record.state.status === 'created') return false;
    return startsWithDaemon(record.hostConfig.RestartPolicy, {
      stoppedByHand: record.manuallyStopped,
      ranAtShutdown: ran.has(id),
      exitCode: record.state.exitCode,
    });
  });
  const leans = ({ record: { hostConfig } }: LiveContainer): boolean =>
    [hostConfig.NetworkMode, hostConfig.IpcMode, hostConfig.PidMode].some((mode) =>
      mode.startsWith('container:'),
    ) || (hostConfig.Links?.length ?? 0) > 0;
  const start = (container: LiveContainer): Promise<void> =>
    container.lock
      .run(() => launch(context, container))
      .catch((error: unknown) => {
        warner(context, container.id, 'a container could not be started with the daemon')(error);
      });
  await Promise.all(wanted.filter((one) => !leans(one)).map(start));
  for (const container of wanted.filter(leans)) await start(container);
}

/**
 * At the daemon's start: reads the records, takes over what runs, deals with what ended meanwhile, removes what a
 * crash left half-made. Containers that policies want are started in the background: `started` resolves then.
 */
export async function restore(context: Context): Promise<{ started: Promise<void> }> {
  const { records, registry, keeper, storage, networks, folders, logger } = context;
  const loaded = await records.load();
  for (const warning of loaded.warnings) logger.warn(warning);
  for (const record of loaded.records.values()) registry.add(new LiveContainer(record));
  const tasks = await keeper.list();
  const begun = new Set(folders.bundles());
  const byContainer = new Map(
    tasks.filter(({ kind }) => kind === 'container').map((task) => [task.container, task]),
  );
  const ran = new Set<string>();
  for (const container of registry.all()) {
    const task = byContainer.get(container.id);
    const { state } = container.record;
    if (isAlive(state) || state.status === 'restarting') ran.add(container.id);
    if (task !== undefined) adopt(context, container, task);
    else if (state.status === 'restarting') {
      save(context, container, { state: { ...state, status: restStatus(state) } });
    }
  }
  const running = new Set(registry.all().flatMap(({ id, run }) => (run === null ? [] : [id])));
  await storage.restore(running);
  // Before any container is removed: what an image needs must be known by then.
  await context.images.restore();
  await restoreVolumes(context);
  await networks.restore(running);
  for (const id of running) {
    const container = registry.byId(id);
    if (container !== undefined)
      await settleEndpoints(context, container).catch(
        warner(context, id, 'its networks differ from its record'),
      );
  }
  for (const container of registry.all()) {
    if (container.run === null && isAlive(container.record.state)) await lost(context, container);
  }
  await clearOrphans(context, tasks);
  // What ended or went while the daemon died may have left them.
  await keeper.keepProxies([...running]);
  for (const container of registry.all()) {
    if (container.run !== null) await listenAgain(context, container);
    if (container.run !== null && container.record.state.status === 'running')
      watchHealth(context, container);
  }
  // Ended while the daemon was away: all that follows an end follows now.
  for (const task of tasks) if (isEnded(task)) taskEnded(context, task);
  await Promise.all(registry.all().map(({ lock }) => lock.run(async () => {})));
  const removals = registry
    .all()
    .filter(({ record: { state } }) => state.status === 'removing' || state.status === 'dead')
    .map((container) => finishRemoval(context, container));
  await Promise.all(removals);
  for (const container of registry.all()) {
    const { hostConfig, state } = container.record;
    // Also where its start was cut short, or was not written down yet when daemon and container ended.
    const started = state.status !== 'created' || begun.has(container.id);
    if (hostConfig.AutoRemove && container.run === null && started) {
      await finishRemoval(context, container);
    }
  }
  return { started: startWanted(context, ran) };
}

const isEnded = (task: TaskStatus): task is EndedTask => task.exit !== undefined;

async function finishRemoval(context: Context, container: LiveContainer): Promise<void> {
  container.record = { ...container.record, state: { ...container.record.state, status: 'dead' } };
  try {
    await remove(context, container, { force: true, volumes: container.record.hostConfig.AutoRemove });
  } catch (error) {
    if (!isKind(error, 'not-found')) {
      context.logger.warn('a container could not be removed', {
        container: container.id,
        error: messageOf(error),
      });
    }
  }
}
