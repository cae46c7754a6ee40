import { internal, MinkeError } from '../../errors/minke-error.ts';
import { announce, type Context } from './context.ts';
import type { LiveContainer } from './live/container.ts';
import { isRunning } from './record/state.ts';
import { start } from './start.ts';
import { type StopOptions, stopContainer } from './stop.ts';

export async function restart(
  context: Context,
  container: LiveContainer,
  ref: string,
  options: StopOptions,
): Promise<void> {
  container.restarting = true;
  try {
    await container.settled();
    if (isRunning(container.record.state)) await stopContainer(context, container, options);
    await start(context, container);
    announce(context, container, 'restart');
  } catch (error) {
    if (!(error instanceof MinkeError)) throw internal(`Cannot restart container ${ref}: ${error}`, error);
    throw new MinkeError(error.kind, `Cannot restart container ${ref}: ${error.message}`, { cause: error });
  } finally {
    container.restarting = false;
  }
}
