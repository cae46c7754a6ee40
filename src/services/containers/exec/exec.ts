import { type Duplex, PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { conflict, internal, invalid, MinkeError, messageOf, notFound } from '../../../errors/minke-error.ts';
import type { ExecCreateBody, ExecInspect, ExecStartBody } from '../../../wire/containers/exec.ts';
import type { TaskSpec } from '../../../wire/keeper.ts';
import { frameHeader } from '../../../wire/stdcopy.ts';
import { announce, type Context, warner } from '../context.ts';
import type { OpeningStream } from '../contract.ts';
import { checkWorkingDirectory } from '../create/check-config.ts';
import { randomId } from '../create/names.ts';
import { execFailure } from '../launch/failure.ts';
import { runtimeWords } from '../launch/runtime-words.ts';
import { userOf } from '../launch/spec-parts.ts';
import type { LiveContainer, Run } from '../live/container.ts';
import { defaultDetachKeys, parseDetachKeys } from '../streams/detach-keys.ts';
import { detachable } from '../streams/detachable.ts';
import { execProcess } from './process.ts';
import type { Exec } from './table.ts';

const SIGKILL = 9;

/** @throws conflict where the container can't take an exec now */
function active(container: LiveContainer, ref: string): Run {
  const { status } = container.record.state;
  if (status === 'paused') throw conflict(`Container ${ref} is paused, unpause the container before exec`);
  if (status === 'restarting') {
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  }
  if (container.run === null) throw conflict(`container ${container.id} is not running`);
  return container.run;
}

/** Docker puts a blank behind the program, also where nothing follows. */
export const titled = (action: string, { argv: [program, ...rest] }: Pick<Exec, 'argv'>): string =>
  `${action}: ${program} ${rest.join(' ')}`;

/** The container's root as its processes see it. */
const rootOf = (run: Run): string => `/proc/${run.container.process?.pid ?? 0}/root`;

export function execCreate(context: Context, ref: string, body: ExecCreateBody): { Id: string } {
  const container = context.registry.get(ref);
  const run = active(container, ref);
  if (body.Cmd === null || body.Cmd.length === 0) throw invalid('No exec command specified');
  if (body.Cmd.some((word) => word.includes('\0')))
    throw invalid('invalid command: it holds a NUL character');
  const { config, hostConfig } = container.record;
  if (body.User !== '') {
    try {
      userOf(context, rootOf(run), body.User, hostConfig.GroupAdd);
    } catch (error) {
      throw invalid(messageOf(error), error);
    }
  }
  if (body.DetachKeys !== '') parseDetachKeys(body.DetachKeys);
  const exec: Exec = {
    id: randomId(),
    container: container.id,
    argv: body.Cmd,
    env: body.Env ?? [],
    user: body.User || config.User,
    privileged: body.Privileged,
    tty: body.Tty,
    workingDir: checkWorkingDirectory(body.WorkingDir) || config.WorkingDir,
    stdin: body.AttachStdin,
    stdout: body.AttachStdout,
    stderr: body.AttachStderr,
    detachKeys: body.DetachKeys,
    consoleSize: body.ConsoleSize ?? null,
    status: 'created',
    pid: 0,
    exitCode: null,
    gone: false,
    end: Promise.withResolvers(),
  };
  context.execs.add(exec);
  context.cgroups.warm();
  announce(context, container, titled('exec_create', exec), { execID: exec.id });
  return { Id: exec.id };
}

function find(context: Context, id: string): { exec: Exec; container: LiveContainer } {
  const exec = context.execs.get(id);
  const container = context.registry.byId(exec.container);
  if (container === undefined) throw notFound(`No such exec instance: ${id}`);
  return { exec, container };
}

/** Starts the exec's process. On failure it counts as ended. @throws what the client is told */
export async function launchExec(
  context: Context,
  container: LiveContainer,
  exec: Exec,
  consoleSize: readonly number[] | null = exec.consoleSize,
): Promise<void> {
  const { folders, keeper, proc } = context;
  context.cgroups.warm();
  const run = active(container, container.id);
  // Two clients may have come this far at once.
  if (exec.status !== 'created') throw conflict(`exec command ${exec.id} is already running`);
  exec.status = 'running';
  announce(context, container, titled('exec_start', exec), { execID: exec.id });
  try {
    const { config, hostConfig } = container.record;
    const base = run.process ?? folders.readSpec(container.id)?.process;
    if (base === undefined) throw internal(`the bundle of container ${container.id} is gone`);
    const process = execProcess({
      exec,
      base,
      hostname: config.Hostname,
      containerEnv: config.Env,
      user: userOf(context, rootOf(run), exec.user, hostConfig.GroupAdd),
      consoleSize,
      heldCapabilities: proc.capabilities,
    });
    const processFile = folders.writeProcess(container.id, exec.id, process);
    const [height = 0, width = 0] = consoleSize ?? [];
    const task: TaskSpec = {
      id: exec.id,
      kind: 'exec',
      container: container.id,
      argv: run.runtime.execArgv({ id: container.id, processFile, tty: exec.tty }),
      env: run.runtime.env,
      cwd: folders.bundle(container.id),
      sealed: run.runtime.copiesItself,
      tty: exec.tty,
      ...(exec.tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
      // crun gives an exec none by itself.
      ...(process.oomScoreAdj !== undefined ? { oomScoreAdj: process.oomScoreAdj } : {}),
      openStdin: exec.stdin,
      stdinOnce: true,
      log: { driver: 'none' },
    };
    try {
      exec.pid = (await keeper.launch(task)).pid;
    } catch (error) {
      const words = runtimeWords(error);
      if (words === undefined) throw error;
      const failure = execFailure(run.runtime.complaint(words, 'exec', process), error);
      exec.exitCode = failure.exitCode;
      throw failure.error;
    } finally {
      folders.removeProcess(container.id, exec.id);
    }
  } catch (error) {
    context.execs.ended(exec, exec.exitCode ?? 126);
    throw error;
  }
}

/** What Docker sends to an attached client whose exec could not be started. */
function failureStream(exec: Exec, error: unknown): Duplex {
  const text = Buffer.from(`${messageOf(error)}\r\n`);
  const stream = new PassThrough();
  stream.end(exec.tty ? text : Buffer.concat([frameHeader('stdout', text.length), text]));
  return stream;
}

export async function execStart(
  context: Context,
  id: string,
  body: ExecStartBody,
  signal: AbortSignal,
): Promise<OpeningStream | null> {
  const { exec, container } = find(context, id);
  active(container, container.id);
  if (exec.status === 'ended') throw conflict(`exec command ${id} has already run`);
  if (exec.status === 'running') throw conflict(`exec command ${id} is already running`);
  const size = body.ConsoleSize ?? exec.consoleSize;
  if (body.Detach) {
    await launchExec(context, container, exec, size);
    return null;
  }
  const ending = new AbortController();
  const keys = exec.detachKeys === '' ? defaultDetachKeys : parseDetachKeys(exec.detachKeys);
  const { stdin, stdout, stderr, tty } = exec;
  const raw = await context.keeper.attach(
    { task: id, stdin, stdout, stderr },
    AbortSignal.any([signal, ending.signal]),
  );
  // The stream ends when the process has gone; news of how it went comes on another connection, perhaps later.
  raw.once('end', () => {
    exec.gone = true;
  });
  const open = async (): Promise<Duplex> => {
    try {
      await launchExec(context, container, exec, size);
    } catch (error) {
      raw.on('error', () => {});
      ending.abort();
      if (!(error instanceof MinkeError)) throw error;
      return failureStream(exec, error);
    }
    return tty && stdin
      ? detachable(raw, keys, () => announce(context, container, 'exec_detach', { execID: id }))
      : raw;
  };
  return { tty, open };
}

export async function execResize(
  context: Context,
  id: string,
  size: { height: number; width: number },
): Promise<void> {
  const { exec } = find(context, id);
  if (exec.status === 'created') throw conflict(`exec process is not started`);
  if (exec.status !== 'running') throw notFound(`NotFound: process does not exist ${id}: not found`);
  await context.keeper.resize(id, size);
}

/** Clients ask for the exit code the moment the stream has ended: one that is on its way is waited for. */
const knownEnd = (exec: Exec): Promise<unknown> =>
  exec.gone && exec.status === 'running'
    ? Promise.race([exec.end.promise, pause(10_000, undefined, { ref: false })])
    : Promise.resolve();

export async function execInspect(context: Context, id: string): Promise<ExecInspect> {
  const { exec } = find(context, id);
  await knownEnd(exec);
  const [entrypoint = '', ...rest] = exec.argv;
  const keys = exec.detachKeys === '' ? Buffer.alloc(0) : parseDetachKeys(exec.detachKeys);
  return {
    ID: exec.id,
    Running: exec.status === 'running',
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: exec.tty,
      entrypoint,
      arguments: rest,
      privileged: exec.privileged,
      ...(exec.user === '' ? {} : { user: exec.user }),
    },
    OpenStdin: exec.stdin,
    OpenStderr: exec.stderr,
    OpenStdout: exec.stdout,
    CanRemove: false,
    ContainerID: exec.container,
    // Go writes bytes as base64.
    DetachKeys: keys.toString('base64'),
    Pid: exec.pid,
  };
}

/** The keeper tells that an exec's process ended. */
export function execEnded(context: Context, id: string, containerId: string, exitCode: number): void {
  context.keeper.forget(id).catch(warner(context, containerId, 'an ended exec could not be forgotten'));
  const exec = context.execs.find(id);
  if (exec === undefined || exec.status !== 'running') return;
  context.execs.ended(exec, exitCode);
  const container = context.registry.byId(containerId);
  if (container !== undefined) {
    announce(context, container, 'exec_die', { execID: id, exitCode: String(exitCode) });
  }
}

/** Ends an exec's process; for probes of health that take too long. */
export function killExec(context: Context, exec: Exec): void {
  const process = exec.status === 'running' ? context.proc.identify(exec.pid) : null;
  if (process !== null) context.proc.signal(process, SIGKILL);
}
