import { conflict, internal, messageOf } from '../../errors/minke-error.ts';
import { announce, type Context, save } from './context.ts';
import { stopHealth, watchHealth } from './health.ts';
import type { LiveContainer } from './live/container.ts';
import { notRunning } from './stop.ts';

const set = (context: Context, container: LiveContainer, status: 'paused' | 'running'): Promise<void> =>
  save(context, container, { state: { ...container.record.state, status } });

export const pause = (context: Context, container: LiveContainer): Promise<void> =>
  container.lock.run(async () => {
    const { run, id } = container;
    const { status } = container.record.state;
    if (status === 'paused') throw conflict(`Container ${id} is already paused`);
    if (status === 'restarting') {
      throw conflict(`Container ${id} is restarting, wait until the container is running`);
    }
    if (run === null) throw notRunning(id);
    try {
      await run.runtime.pause(run.container);
    } catch (error) {
      throw internal(`cannot pause container ${id}: ${messageOf(error)}`, error);
    }
    stopHealth(container);
    set(context, container, 'paused');
    announce(context, container, 'pause');
  });

export const unpause = (context: Context, container: LiveContainer): Promise<void> =>
  container.lock.run(async () => {
    const { run, id } = container;
    if (container.record.state.status !== 'paused') throw internal(`Container ${id} is not paused`);
    if (run === null) throw notRunning(id);
    try {
      await run.runtime.resume(run.container);
    } catch (error) {
      throw internal(`Cannot unpause container ${id}: ${messageOf(error)}`, error);
    }
    set(context, container, 'running');
    watchHealth(context, container);
    announce(context, container, 'unpause');
  });
