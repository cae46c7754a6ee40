import { conflict } from '../../../errors/minke-error.ts';
import { applyChanges } from '../../../kit/changes/apply.ts';
import { parseDigest } from '../../../wire/digest.ts';
import { announce, type Context, warner } from '../context.ts';
import type { Containers } from '../contract.ts';
import type { LiveContainer } from '../live/container.ts';
import { pause, unpause } from '../pause.ts';
import { completed, imageConfig } from './config.ts';
import { nameOf } from './reference.ts';

export type CommitRequest = Omit<Parameters<Containers['commit']>[0], 'container'>;

function checkPresent({ id, record }: LiveContainer): void {
  const { status } = record.state;
  if (status === 'dead') throw conflict(`You cannot commit container ${id} which is Dead`);
  if (status === 'removing') throw conflict(`You cannot commit container ${id} which is being removed`);
}

/** Runs `work` while no process of the container does. */
async function standing<T>(context: Context, container: LiveContainer, work: () => Promise<T>): Promise<T> {
  try {
    await pause(context, container);
  } catch (error) {
    // It ended, or somebody else paused it just now: it stands still all the same.
    if (container.record.state.status === 'running') throw error;
    return work();
  }
  try {
    return await work();
  } finally {
    if (container.record.state.status === 'paused') {
      await unpause(context, container).catch(
        warner(context, container.id, 'a container could not be unpaused after its commit'),
      );
    }
  }
}

async function makeImage(
  context: Context,
  container: LiveContainer,
  request: CommitRequest,
): Promise<{ Id: string }> {
  const { id, record } = container;
  const { repo, tag, comment, author, changes } = request;
  const imageRef = nameOf(repo, tag);
  const own = imageConfig(record.config);
  const asked = request.config === null ? own : imageConfig(request.config);
  const config = completed(applyChanges(asked, changes), own);
  const work = async (): Promise<string> => {
    const image = await context.images.commit({
      container: id,
      ...(repo === undefined ? {} : { repo }),
      ...(tag === undefined ? {} : { tag }),
      comment,
      author,
      config,
      parent: record.image === '' ? null : parseDigest(record.image),
      createdBy: (record.config.Cmd ?? []).join(' '),
      layer: await context.storage.diffTar(id),
    });
    announce(context, container, 'commit', { comment, imageID: image, imageRef });
    return image;
  };
  const stands = request.pause && record.state.status === 'running';
  const image = stands ? await standing(context, container, work) : await work();
  return { Id: image };
}

/** The container's own layer becomes an image on top of its image. Its processes stand still meanwhile. @throws conflict, invalid */
export async function commit(
  context: Context,
  container: LiveContainer,
  request: CommitRequest,
): Promise<{ Id: string }> {
  checkPresent(container);
  return makeImage(context, container, request);
}
