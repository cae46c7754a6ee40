import { conflict } from '../../errors/minke-error.ts';
import { checkFilterNames, matchesPruneLabels } from '../../kit/filters/filters.ts';
import { pointInTime } from '../../kit/time/point-in-time.ts';
import { nanosecondsOf } from '../../kit/time/rfc3339.ts';
import type { Filters } from '../networks/contract.ts';
import { type Context, warner } from './context.ts';
import { isRunning } from './record/state.ts';
import { remove } from './remove.ts';

const running = new WeakSet<Context>();

/** Removes all containers that do not run. */
export async function prune(
  context: Context,
  filters: Filters,
): Promise<{ deleted: string[]; spaceReclaimed: number }> {
  checkFilterNames(filters, ['label', 'label!', 'until']);
  const [until] = filters.get('until') ?? [];
  const latest = until === undefined ? undefined : pointInTime(until, context.now());
  if (running.has(context)) throw conflict('a prune operation is already running');
  running.add(context);
  const deleted: string[] = [];
  let spaceReclaimed = 0;
  try {
    for (const container of context.registry.all()) {
      const { record } = container;
      if (isRunning(record.state)) continue;
      if (latest !== undefined && (nanosecondsOf(record.created) ?? 0n) > latest) continue;
      if (!matchesPruneLabels(filters, record.config.Labels)) continue;
      try {
        const { rw } = await context.storage.usage(container.id).catch(() => ({ rw: 0 }));
        await remove(context, container, { force: false, volumes: false });
        deleted.push(container.id);
        spaceReclaimed += Math.max(0, rw);
      } catch (error) {
        warner(context, container.id, 'a container could not be pruned')(error);
      }
    }
  } finally {
    running.delete(context);
  }
  context.events.publish({
    type: 'container',
    action: 'prune',
    id: '',
    attributes: { reclaimed: String(spaceReclaimed) },
  });
  return { deleted, spaceReclaimed };
}
