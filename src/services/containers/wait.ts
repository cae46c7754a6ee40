import type { Context } from './context.ts';
import type { LiveContainer } from './live/container.ts';
import type { WaitCondition, WaitResult } from './live/waiters.ts';
import { isRunning } from './record/state.ts';

/** The waiter is in place when this returns. */
export function wait(
  context: Context,
  container: LiveContainer,
  condition: WaitCondition,
  signal: AbortSignal,
): { result: Promise<WaitResult> } {
  const { state } = container.record;
  const done = Promise.resolve({ StatusCode: state.exitCode });
  if (condition === 'not-running' && !isRunning(state)) return { result: done };
  if (condition === 'removed') {
    if (context.registry.byId(container.id) !== container) return { result: done };
    return { result: container.waiters.wait('removal', signal) };
  }
  // A client that is about to start it asks now: what is prepared early is not waited for later.
  if (state.status === 'created') context.cgroups.warm();
  return { result: container.waiters.wait('end', signal) };
}
