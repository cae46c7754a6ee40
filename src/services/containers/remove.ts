import { conflict, internal, messageOf } from '../../errors/minke-error.ts';
import { parseDigest } from '../../wire/digest.ts';
import { announce, type Context, save, warner } from './context.ts';
import { imageMountId } from './launch/mounts.ts';
import type { LiveContainer } from './live/container.ts';
import { isAlive } from './record/state.ts';
import { killAndWait } from './stop.ts';
import { leaveNetwork } from './teardown.ts';

export interface RemoveOptions {
  readonly force: boolean;
  readonly volumes: boolean;
}

/** Names, references and record: after this the container is not there any more. */
async function unregister(
  context: Context,
  container: LiveContainer,
  removeAnonymous: boolean,
): Promise<void> {
  const { record } = container;
  const report = warner(context, record.id, 'a volume could not be let go of');
  for (const point of record.mountPoints) {
    if (point.type === 'volume') {
      await context.volumes.release(point.name, record.id, { removeAnonymous }).catch(report);
    }
  }
  container.cancelSave();
  await context.records.delete(record.id);
  context.registry.remove(container);
  context.execs.forgetContainer(record.id);
}

async function removeFiles(context: Context, container: LiveContainer): Promise<void> {
  const { record } = container;
  await container.teardown;
  for (const { type, destination } of record.mountPoints) {
    if (type === 'image') await context.storage.remove(imageMountId(record.id, destination));
  }
  await context.storage.remove(record.id);
  await context.folders.removeFolder(record.id);
  if (record.topLayer === null) return;
  await context.images
    .collect(parseDigest(record.topLayer))
    .catch(warner(context, record.id, 'layers of a removed image are left; the next start removes them'));
}

function farewell(context: Context, container: LiveContainer): void {
  announce(context, container, 'destroy');
  // With a reason of ours no error is made for it.
  container.gone.abort('removed');
  container.waiters.removed({ StatusCode: container.record.state.exitCode });
}

/** Removes a container that ended by itself (`--rm`): who waits is told first, files go after. The lock is held. */
export async function discard(context: Context, container: LiveContainer): Promise<void> {
  container.record = { ...container.record, state: { ...container.record.state, status: 'removing' } };
  context.registry.leave(container.id);
  await unregister(context, container, true);
  farewell(context, container);
  container.teardown = removeFiles(context, container)
    .catch(
      warner(
        context,
        container.id,
        'files of a removed container are left; the next start of the daemon removes them',
      ),
    )
    .finally(() => context.registry.left(container.id));
}

const refusal = ({ record }: LiveContainer, ref: string): Error => {
  const { status } = record.state;
  if (status === 'paused')
    return conflict(
      `cannot remove container ${JSON.stringify(ref)}: container is paused and must be unpaused first`,
    );
  return conflict(
    `cannot remove container ${JSON.stringify(ref)}: container is ${status}: stop the container before removing or force remove`,
  );
};

/** @param ref what the client called it */
export async function remove(
  context: Context,
  container: LiveContainer,
  options: RemoveOptions,
  ref: string = container.id,
): Promise<void> {
  if (container.record.state.status === 'removing') {
    throw conflict(`removal of container ${container.id} is already in progress`);
  }
  await container.settled();
  const { state } = container.record;
  if (isAlive(state) || state.status === 'restarting') {
    if (!options.force) throw refusal(container, ref);
    try {
      await killAndWait(context, container);
    } catch (error) {
      throw internal(
        `cannot remove container ${JSON.stringify(ref)}: could not kill container: ${messageOf(error)}`,
        error,
      );
    }
  }
  await container.lock.run(async () => {
    // `--rm`, or another request, was faster.
    if (context.registry.byId(container.id) !== container) return;
    container.cancelRestart();
    if (isAlive(container.record.state)) throw refusal(container, ref);
    const written = save(context, container, { state: { ...container.record.state, status: 'removing' } });
    try {
      await leaveNetwork(context, container);
      // Its file is taken away in a moment, and must not be under way then.
      await written;
      await removeFiles(context, container);
    } catch (error) {
      const message = `cannot remove container ${JSON.stringify(ref)}: ${messageOf(error)}`;
      save(context, container, { state: { ...container.record.state, status: 'dead', error: message } });
      container.waiters.removalFailed({
        StatusCode: container.record.state.exitCode,
        Error: { Message: message },
      });
      throw internal(message, error);
    }
    await unregister(context, container, options.volumes);
    farewell(context, container);
  });
}
