import type { RuntimeContainer } from '../../drivers/runtime/contract.ts';
import { type Context, warner } from './context.ts';
import { releaseMounts } from './launch/mounts.ts';
import type { LiveContainer, Run } from './live/container.ts';

/** Ports and addresses: what another container may want at once. Never throws. */
export async function leaveNetwork(context: Context, container: LiveContainer): Promise<void> {
  const report = warner(context, container.id, 'a container’s network could not be given back');
  const { PublishAllPorts, PortBindings } = container.record.hostConfig;
  const publishes = PublishAllPorts || Object.keys(PortBindings ?? {}).length > 0;
  // What was published once the keeper may have heard of, and not of its end.
  if (publishes || context.networks.proxies(container.id).length > 0) {
    await context.keeper.proxies(container.id, []).catch(report);
  }
  await context.networks.leave(container.id).catch(report);
}

/** Everything else that a run held; nobody waits for it but the next start. Never throws. */
export async function giveBack(
  context: Context,
  container: LiveContainer,
  held: { runtime: Run['runtime']; container: RuntimeContainer },
): Promise<void> {
  const { id } = container;
  const report = warner(context, id, 'something of an ended container could not be given back');
  const { keeper, storage, folders } = context;
  await keeper.forget(id).catch(report);
  // A container of another's pid namespace may have left processes; they go with the cgroup, before the mounts.
  await held.runtime.delete(held.container).catch(report);
  await Promise.all([
    storage.unmount(id).catch(report),
    releaseMounts(context, container, report),
    folders.unmountShm(id).catch(report),
    folders.removeBundle(id).catch(report),
  ]);
}
