import { conflict, internal, isKind } from '../../errors/minke-error.ts';
import { announce, type Context, save, saveSoon, warner } from './context.ts';
import { parseSignal, SIGKILL, SIGTERM } from './create/signals.ts';
import { watchHealth } from './health.ts';
import type { LiveContainer } from './live/container.ts';
import { isAlive, isRunning, restStatus } from './record/state.ts';

const SECOND = 1000;
/** After SIGKILL: the kernel may need a while to let go of a process that waits for a disk. */
const KILL_LIMIT = 10 * SECOND;

export const notRunning = (id: string): Error => conflict(`container ${id} is not running`);

/** True when it ended within so many milliseconds; Infinity waits for ever. */
async function waitForEnd(container: LiveContainer, milliseconds: number): Promise<boolean> {
  if (!isRunning(container.record.state)) return true;
  const limit = new AbortController();
  const timer = Number.isFinite(milliseconds) ? setTimeout(() => limit.abort(), milliseconds) : undefined;
  try {
    await container.waiters.wait('end', limit.signal);
    return true;
  } catch {
    return !isRunning(container.record.state);
  } finally {
    clearTimeout(timer);
  }
}

/** A container between two runs is stopped by not starting it again. */
function stopRestarting(context: Context, container: LiveContainer): void {
  container.cancelRestart();
  save(context, container, {
    manuallyStopped: true,
    state: { ...container.record.state, status: restStatus(container.record.state) },
  });
  container.waiters.ended({ StatusCode: container.record.state.exitCode });
}

/** At once only where a daemon might start it again for not knowing; else with its end, which follows mostly. */
function markStopped(context: Context, container: LiveContainer): void {
  const { Name } = container.record.hostConfig.RestartPolicy;
  const keep = Name === '' || Name === 'no' ? saveSoon : save;
  keep(context, container, { manuallyStopped: true });
}

/** Sends a signal to the first process and tells of it. @throws conflict where the container does not run */
export async function sendSignal(context: Context, container: LiveContainer, signal: number): Promise<void> {
  const { record, run } = container;
  if (record.state.status === 'restarting') {
    stopRestarting(context, container);
    return;
  }
  if (run === null || !isAlive(record.state)) throw notRunning(container.id);
  const own = record.config.StopSignal;
  const ends = signal === SIGKILL || own === '' || parseSignal(own) === signal;
  if (!context.shuttingDown && !record.manuallyStopped && !container.restarting && ends) {
    markStopped(context, container);
  }
  try {
    await run.runtime.kill(run.container, signal);
  } catch (error) {
    // It ended meanwhile; the keeper tells of that.
    if (!isKind(error, 'not-found')) throw internal(`Cannot kill container ${container.id}: ${error}`, error);
  }
  announce(context, container, 'kill', { signal: String(signal) });
  // A frozen process gets the signal when it thaws.
  if (ends && container.record.state.status === 'paused') {
    await run.runtime
      .resume(run.container)
      .catch(warner(context, container.id, 'a paused container can’t be resumed'));
    if (container.run === run && container.record.state.status === 'paused') {
      save(context, container, { state: { ...container.record.state, status: 'running' } });
      watchHealth(context, container);
    }
  }
}

/** SIGKILL, and wait for the end. @throws conflict where it does not run */
export async function killAndWait(context: Context, container: LiveContainer): Promise<void> {
  const waited = waitForEnd(container, KILL_LIMIT);
  await sendSignal(context, container, SIGKILL);
  if (await waited) return;
  if (container.run !== null) {
    await container.run.runtime.kill(container.run.container, SIGKILL, { all: true }).catch(() => {});
  }
  if (!(await waitForEnd(container, 2 * SECOND))) {
    throw internal('tried to kill container, but did not receive an exit event');
  }
}

export interface StopOptions {
  readonly signal?: string;
  /** Seconds; below 0 waits for ever. */
  readonly timeout?: number;
}

/** The stop signal, a wait, SIGKILL. Returns once the container has ended. */
export async function stopContainer(
  context: Context,
  container: LiveContainer,
  { signal, timeout }: StopOptions,
): Promise<void> {
  const { config } = container.record;
  const wanted = signal ?? config.StopSignal;
  const number = wanted === '' ? SIGTERM : parseSignal(wanted);
  const seconds = timeout ?? config.StopTimeout ?? context.settings().stopTimeout;
  const waited = waitForEnd(container, seconds < 0 ? Number.POSITIVE_INFINITY : seconds * SECOND);
  try {
    await sendSignal(context, container, number);
    // Whatever signal a client stops with, the container was stopped by hand.
    if (!context.shuttingDown && !container.restarting && !container.record.manuallyStopped) {
      markStopped(context, container);
    }
  } catch (error) {
    if (isRunning(container.record.state)) throw error;
  }
  if (!(await waited)) await killAndWait(context, container);
  announce(context, container, 'stop');
}
