import { type Context, saveWaiting, warner } from './context.ts';
import { leaveHealth } from './health.ts';
import { isRunning } from './record/state.ts';
import { stopContainer } from './stop.ts';

/**
 * At the daemon's polite end. With live-restore containers go on without it; else all are stopped, all at once, each
 * with its own time; policies start them again with the next daemon, as nobody stopped them by hand.
 * @param timeout seconds for the longest of them; below 0 waits for ever
 */
export async function shutdown(context: Context, { timeout }: { timeout: number }): Promise<void> {
  context.shuttingDown = true;
  const containers = context.registry.all();
  for (const container of containers) {
    container.cancelRestart();
    leaveHealth(container);
  }
  if (!context.settings().liveRestore) {
    await Promise.all(
      containers
        .filter(({ record }) => isRunning(record.state))
        .map((container) => {
          const own = container.record.config.StopTimeout ?? context.settings().stopTimeout;
          const seconds = timeout < 0 || own < 0 ? own : Math.min(own, Math.max(timeout, own));
          return stopContainer(context, container, { timeout: seconds }).catch(
            warner(context, container.id, 'a container could not be stopped'),
          );
        }),
    );
  }
  await Promise.all(containers.map(({ lock }) => lock.run(async () => {})));
  await Promise.all(containers.map(({ teardown }) => teardown));
  saveWaiting(context);
  await context.records.settled();
}
