import { conflict, isKind } from '../../errors/minke-error.ts';
import { applyChanges } from '../../kit/changes/apply.ts';
import type { ConfigBody } from '../../wire/containers/config.ts';
import type { ContainerCreateBody } from '../../wire/containers/create.ts';
import { parseDigest } from '../../wire/digest.ts';
import type { ImageRunConfig } from '../../wire/oci-image.ts';
import { announce, type Context } from './context.ts';
import { mergeImage } from './create/merge-image.ts';
import { pause, unpause } from './pause.ts';

export interface CommitOptions {
  readonly container: string;
  readonly repo?: string;
  readonly tag?: string;
  readonly comment: string;
  readonly author: string;
  readonly pause: boolean;
  readonly changes: readonly string[];
  readonly config: ContainerCreateBody | null;
}

/** The part of a container's config that an image keeps. */
const runConfig = (config: ConfigBody): ImageRunConfig => ({
  User: config.User,
  ExposedPorts: config.ExposedPorts,
  Env: config.Env,
  Entrypoint: config.Entrypoint,
  Cmd: config.Cmd,
  Volumes: config.Volumes,
  WorkingDir: config.WorkingDir,
  Labels: config.Labels,
  StopSignal: config.StopSignal === '' ? undefined : config.StopSignal,
  Healthcheck: config.Healthcheck ?? undefined,
  OnBuild: config.OnBuild,
  Shell: config.Shell,
});

export async function commit(context: Context, options: CommitOptions): Promise<{ Id: string }> {
  const container = context.registry.get(options.container);
  const { record } = container;
  if (record.state.status === 'dead')
    throw conflict(`You cannot commit container ${container.id} which is Dead`);
  if (record.state.status === 'removing') {
    throw conflict(`You cannot commit container ${container.id} which is being removed`);
  }
  const own = runConfig(record.config);
  const asked = options.config === null ? own : runConfig(mergeImage(options.config, own));
  const config = applyChanges(asked, options.changes);
  const stands = options.pause && record.state.status === 'running';
  if (stands) await pause(context, container);
  try {
    const id = await context.images.commit({
      container: container.id,
      ...(options.repo === undefined ? {} : { repo: options.repo }),
      ...(options.tag === undefined ? {} : { tag: options.tag }),
      comment: options.comment,
      author: options.author,
      config,
      parent: parseDigest(record.image),
      createdBy: record.argv.join(' '),
      layer: await context.storage.diffTar(container.id),
    });
    announce(context, container, 'commit', {
      comment: options.comment,
      imageID: id,
      imageRef: refOf(options),
    });
    return { Id: id };
  } finally {
    if (stands) {
      await unpause(context, container).catch((error: unknown) => {
        // It ended meanwhile.
        if (!isKind(error, 'conflict') && !isKind(error, 'internal')) throw error;
      });
    }
  }
}

const refOf = ({ repo, tag }: CommitOptions): string =>
  repo === undefined || repo === '' ? '' : `${repo}${tag === undefined || tag === '' ? '' : `:${tag}`}`;
