import { type Context, warner } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { MountPoint } from '../record/record.ts';

/** How many operations on its files need the volumes of a container that did not run when they began. */
const users = new WeakMap<LiveContainer, number>();

async function letGo(context: Context, container: LiveContainer, names: readonly string[]): Promise<void> {
  const left = (users.get(container) ?? 1) - 1;
  users.set(container, left);
  // It was started meanwhile: they are that run's now.
  if (left > 0 || container.run !== null) return;
  for (const name of names) {
    await context.volumes
      .unmount(name, container.id)
      .catch(warner(context, container.id, 'a volume could not be unmounted'));
  }
}

/** Host paths of the volumes, by name; mounted where no run of the container has them mounted. */
export async function holdVolumes(
  context: Context,
  container: LiveContainer,
  points: readonly MountPoint[],
  undo: Undo,
): Promise<Map<string, string>> {
  const { volumes } = context;
  const paths = new Map<string, string>();
  const wanted = points.filter(({ type }) => type === 'volume');
  if (wanted.length === 0) return paths;
  if (container.run !== null) {
    for (const { name } of wanted) paths.set(name, (await volumes.inspect(name)).Mountpoint);
    return paths;
  }
  const names = [...new Set(wanted.map(({ name }) => name))];
  users.set(container, (users.get(container) ?? 0) + 1);
  // Under the lock: a start that is under way has them mounted and does not run yet.
  undo.add(() => container.lock.run(() => letGo(context, container, names)));
  for (const { name, destination, rw, propagation } of wanted) {
    paths.set(name, await volumes.mount(name, container.id, { destination, writable: rw, propagation }));
  }
  return paths;
}
