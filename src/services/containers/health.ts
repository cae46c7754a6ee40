import { setTimeout as pause } from 'node:timers/promises';
import { FrameReader } from '../../wire/stdcopy.ts';
import { announce, type Context, timestamp, warner } from './context.ts';
import { randomId } from './create/names.ts';
import { killExec, launchExec, titled } from './exec/exec.ts';
import type { Exec } from './exec/table.ts';
import { type ProbeOutcome, superviseHealth } from './health/monitor.ts';
import { outputLimit, planHealth, startingHealth, unwatchedHealth } from './health/verdict.ts';
import type { LiveContainer } from './live/container.ts';
import { lasted } from './live/lasted.ts';

/** Runs the test in the container, by way of the keeper, and keeps the first bytes of what it prints. */
async function probe(
  context: Context,
  container: LiveContainer,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const { config } = container.record;
  const exec: Exec = {
    id: randomId(),
    container: container.id,
    argv,
    env: [],
    user: config.User,
    privileged: false,
    tty: false,
    workingDir: config.WorkingDir,
    stdin: false,
    stdout: true,
    stderr: true,
    detachKeys: '',
    consoleSize: null,
    status: 'created',
    pid: 0,
    exitCode: null,
    gone: false,
    end: Promise.withResolvers(),
  };
  context.execs.add(exec);
  announce(context, container, titled('exec_create', exec), { execID: exec.id });
  const kept: Buffer[] = [];
  let size = 0;
  const ending = new AbortController();
  const stream = await context.keeper.attach(
    { task: exec.id, stdin: false, stdout: true, stderr: true },
    AbortSignal.any([signal, ending.signal]),
  );
  const frames = new FrameReader();
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    for (const { payload } of frames.push(chunk)) {
      if (size < outputLimit) kept.push(Buffer.from(payload.subarray(0, outputLimit - size)));
      size += payload.length;
    }
  });
  const closed = new Promise<void>((resolve) => stream.once('close', resolve).once('end', resolve));
  try {
    await launchExec(context, container, exec);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const exitCode = await Promise.race([exec.end.promise, aborted]);
    await Promise.race([closed, aborted]);
    return { exitCode, output: Buffer.concat(kept).toString() + (size > outputLimit ? '...' : '') };
  } finally {
    killExec(context, exec);
    ending.abort();
  }
}

/** Begins to watch over a running container's health, where it has a test. Goes on from what was known before. */
export function watchHealth(context: Context, container: LiveContainer): void {
  const { config, state } = container.record;
  const run = container.run ?? { began: null };
  container.health?.abort();
  container.health = null;
  const plan = planHealth(config.Healthcheck, config.Shell ?? []);
  if (plan === null || state.status !== 'running') return;
  const ending = new AbortController();
  container.health = ending;
  void superviseHealth(
    {
      plan,
      age: () => lasted(run, state.startedAt, timestamp(context)) * 1_000_000,
      current: () => container.record.state.health ?? startingHealth(),
      probe: (argv, signal) => probe(context, container, argv, signal),
      wait: async (milliseconds, signal) => {
        await pause(milliseconds, undefined, { signal, ref: false });
      },
      now: () => timestamp(context),
      report(health, changed) {
        // Not worth a write: a later state takes it along.
        container.record = { ...container.record, state: { ...container.record.state, health } };
        if (changed) announce(context, container, `health_status: ${health.status}`);
      },
    },
    ending.signal,
  ).catch(warner(context, container.id, 'the watch over a container’s health ended'));
}

/** For a fresh run: nothing is known of its health yet. */
export function startHealth(context: Context, container: LiveContainer): void {
  const { config, state } = container.record;
  if (planHealth(config.Healthcheck, config.Shell ?? []) === null) return;
  container.record = { ...container.record, state: { ...state, health: startingHealth(state.health) } };
  watchHealth(context, container);
}

/** Nobody asks after its health any more, and what was known of it stays as it is. */
export function leaveHealth(container: LiveContainer): void {
  container.health?.abort();
  container.health = null;
}

/** It stands still or has ended. */
export function stopHealth(container: LiveContainer): void {
  leaveHealth(container);
  const { record } = container;
  const { health } = record.state;
  if (health === null) return;
  container.record = { ...record, state: { ...record.state, health: unwatchedHealth(health) } };
}
