import { conflict, notModified } from '../../errors/minke-error.ts';
import { type Context, save, warner } from './context.ts';
import { launch } from './launch/launch.ts';
import type { LiveContainer } from './live/container.ts';
import type { State } from './record/record.ts';
import { discard } from './remove.ts';

/** @throws conflict, not-modified */
export function checkStartable(state: State): void {
  if (state.status === 'paused') throw conflict('cannot start a paused container, try unpause instead');
  if (state.status === 'running' || state.status === 'restarting')
    throw notModified('container is already running');
  if (state.status === 'removing' || state.status === 'dead') {
    throw conflict('container is marked for removal and cannot be started');
  }
}

/** Starts by a client's wish: what was known of earlier stops and restarts is forgotten. */
export async function start(context: Context, container: LiveContainer): Promise<void> {
  checkStartable(container.record.state);
  await container.lock.run(async () => {
    checkStartable(container.record.state);
    container.cancelRestart();
    container.lastWait = 0;
    const { manuallyStopped, restartCount } = container.record;
    if (manuallyStopped || restartCount !== 0) {
      container.record = { ...container.record, manuallyStopped: false, restartCount: 0 };
    }
    context.images.used(container.record.image);
    try {
      await launch(context, container);
    } catch (error) {
      if (container.record.hostConfig.AutoRemove) {
        await discard(context, container).catch(
          warner(context, container.id, 'a container could not be removed'),
        );
      } else save(context, container);
      throw error;
    }
  });
}
