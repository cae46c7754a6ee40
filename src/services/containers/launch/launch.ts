import type { OciRuntime, RuntimeContainer } from '../../../drivers/runtime/contract.ts';
import { internal, isKind, MinkeError, messageOf } from '../../../errors/minke-error.ts';
import type { TaskSpec, TaskStatus } from '../../../wire/keeper.ts';
import type { Spec } from '../../../wire/oci-runtime.ts';
import { announce, type Context, save, saveSoon, undoFor } from '../context.ts';
import { startHealth } from '../health.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { ContainerRecord, Log } from '../record/record.ts';
import { failedState, ranState } from '../record/state.ts';
import { containerSpec } from '../spec/spec.ts';
import { containerFailure, type StartFailure } from './failure.ts';
import { logSpec, logSubject } from './log-spec.ts';
import { prepareMounts } from './mounts.ts';
import { joinNetwork, settingUp } from './network.ts';
import { runtimeOf } from './runtime.ts';
import { runtimeWords } from './runtime-words.ts';
import { cgroupOf, specParts } from './spec-parts.ts';

const SIGKILL = 9;

/** Values of the log driver's options, which are judged before anything is made. @throws what the client is told */
function logOf(context: Context, { record }: LiveContainer): Log {
  const { Type, Config } = record.hostConfig.LogConfig;
  try {
    const subject = logSubject(record, context.folders.folder(record.id));
    return logSpec({ Type, Config: Config ?? {} }, subject);
  } catch (error) {
    const words = `failed to create task for container: failed to initialize logging driver: ${messageOf(error)}`;
    throw internal(words, error);
  }
}

function taskSpec(context: Context, record: ContainerRecord, runtime: OciRuntime): TaskSpec {
  const { id, config, hostConfig } = record;
  const bundle = context.folders.bundle(id);
  const [height = 0, width = 0] = hostConfig.ConsoleSize;
  return {
    id,
    kind: 'container',
    container: id,
    argv: runtime.runArgv({ id, bundle, tty: config.Tty }),
    env: runtime.env,
    cwd: bundle,
    sealed: runtime.copiesItself,
    tty: config.Tty,
    ...(config.Tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    openStdin: config.OpenStdin,
    stdinOnce: config.StdinOnce,
    log: record.log,
  };
}

/** Mounts, network and files; then the bundle. What is taken is registered with `undo`. */
async function prepareBundle(
  context: Context,
  container: LiveContainer,
  runtime: OciRuntime,
  undo: Undo,
): Promise<{ asked: Spec; prepared: Spec }> {
  const { storage, rootfs: files, folders } = context;
  const { id, config } = container.record;
  // All three at once; none may still be under way when something is taken back.
  const [mounted, networking, mounts] = await Promise.allSettled([
    storage.mount(id).then((path) => {
      undo.add(() => storage.unmount(id));
      return path;
    }),
    joinNetwork(context, container, undo),
    prepareMounts(context, container, undo),
  ]);
  if (mounted.status === 'rejected') throw mounted.reason;
  if (networking.status === 'rejected') throw networking.reason;
  if (mounts.status === 'rejected') throw mounts.reason;
  const rootfs = mounted.value;
  files.secureMountPoints(rootfs);
  if (config.WorkingDir !== '') {
    const inside = files.resolve(rootfs, config.WorkingDir);
    if (/^\/proc(\/|$)/.test(inside))
      throw internal(`the working directory ${config.WorkingDir} leads into /proc`);
    files.makeFolder(rootfs, config.WorkingDir);
  }
  const parts = await specParts(context, container, {
    rootfs,
    networking: networking.value,
    mounts: mounts.value,
    undo,
  });
  const asked = containerSpec(parts);
  const prepared = runtime.prepare(asked);
  folders.writeSpec(id, prepared);
  undo.add(() => folders.removeBundle(id));
  await networking.value.listening;
  return { asked, prepared };
}

async function launchTask(
  context: Context,
  container: LiveContainer,
  runtime: OciRuntime,
  undo: Undo,
  specs: { asked: Spec; prepared: Spec },
): Promise<TaskStatus> {
  const { id } = container.record;
  const held: RuntimeContainer = { id, cgroup: specs.asked.linux.cgroupsPath ?? '', process: null };
  undo.add(() => runtime.delete(held));
  let task: TaskStatus;
  // What was made ready at the request may have cooled while mounts and network were made.
  context.cgroups.warm();
  try {
    task = await context.keeper.launch(taskSpec(context, container.record, runtime));
  } catch (error) {
    const words = runtimeWords(error);
    if (words === undefined) throw error;
    throw new LaunchFailure(
      containerFailure(runtime.complaint(words, 'container', specs.asked.process), error),
    );
  }
  undo.add(() => context.keeper.forget(id).catch(() => {}));
  try {
    runtime.started(id, specs.asked, specs.prepared);
  } catch (error) {
    await endLaunched(context, runtime, held, task);
    throw error;
  }
  return task;
}

/** Ends a container that runs and must not; its exit is nobody's news. */
async function endLaunched(
  context: Context,
  runtime: OciRuntime,
  held: Pick<RuntimeContainer, 'id' | 'cgroup'>,
  task: TaskStatus,
): Promise<void> {
  const process = context.proc.identify(task.pid);
  await runtime.kill({ ...held, process }, SIGKILL, { all: true }).catch(() => {});
}

class LaunchFailure extends Error {
  readonly failure: StartFailure;
  constructor(failure: StartFailure) {
    super(failure.error.message);
    this.failure = failure;
  }
}

/** @param before exit status of the run before: nothing ran that would have another, but 0 would tell of success */
const failureOf = (error: unknown, before: number): StartFailure => {
  if (error instanceof LaunchFailure) return error.failure;
  const exitCode = before === 0 ? 128 : before;
  if (error instanceof MinkeError && !isKind(error, 'cancelled')) return { exitCode, error };
  return { exitCode, error: internal(messageOf(error), error) };
};

/**
 * Starts the container's processes. The container's lock is held. On failure all is as before, the state tells why.
 * @throws what the client is told
 */
export async function launch(context: Context, container: LiveContainer): Promise<void> {
  const { id } = container;
  context.cgroups.warm();
  await container.teardown;
  const undo = undoFor(context, id);
  try {
    const { hostConfig } = container.record;
    const runtime = runtimeOf(context, container.record);
    if (runtime === undefined) throw internal(`unknown or invalid runtime name: ${hostConfig.Runtime}`);
    container.record = { ...container.record, log: logOf(context, container) };
    const specs = await prepareBundle(context, container, runtime, undo);
    // The packet filter's rules are stated while the OCI runtime works, and not a moment before it does.
    const [launched, published] = await Promise.allSettled([
      launchTask(context, container, runtime, undo, specs),
      context.networks.publishNow(id),
    ]);
    if (launched.status === 'rejected') throw launched.reason;
    const task = launched.value;
    if (published.status === 'rejected') {
      await endLaunched(context, runtime, { id, cgroup: cgroupOf(context, container.record) }, task);
      throw settingUp(published.reason);
    }
    const process = context.proc.identify(task.pid);
    undo.settle();
    const run = { id, cgroup: cgroupOf(context, container.record), process };
    container.runs += 1;
    container.run = {
      runtime,
      container: run,
      ended: new AbortController(),
      process: specs.asked.process,
      began: performance.now(),
    };
    // With `--rm` most have ended, and gone with their records, before long.
    const keep = hostConfig.AutoRemove ? saveSoon : save;
    keep(context, container, {
      started: true,
      state: ranState(container.record.state, {
        pid: task.pid,
        startTime: process?.startTime ?? '',
        startedAt: task.startedAt,
      }),
    });
    startHealth(context, container);
    announce(context, container, 'start');
  } catch (error) {
    const { exitCode, error: told } = failureOf(error, container.record.state.exitCode);
    await undo.run();
    save(context, container, {
      state: failedState(container.record.state, { exitCode, error: told.message }),
    });
    throw told;
  }
}
