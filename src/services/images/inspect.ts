import { familiarString } from '../../kit/reference/reference.ts';
import { shortTime, ZERO_TIME } from '../../kit/time/rfc3339.ts';
import type { HealthConfig, ImageConfig, ImageInspect } from '../../wire/generated/engine-api.ts';
import type { Healthcheck, ImageRunConfig } from '../../wire/oci-image.ts';
import { imageFor, imagesOf } from './find.ts';
import { manifestsView } from './manifests/summary.ts';
import { isTag } from './names.ts';
import type { ImageParts, ImagePlatform } from './parts.ts';

/** What inspect answers beside the description of today's API: clients below 1.52 show these. */
export interface InspectedImage extends ImageInspect {
  readonly Parent: string;
  readonly DockerVersion: string;
  readonly Container: string;
  /** As the image has it. */
  readonly ContainerConfig: Readonly<Record<string, unknown>>;
}

/** Those of the fields that say something. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const said = Object.entries(fields).filter(
    ([, value]) => value !== null && value !== undefined && value !== '' && value !== 0 && value !== false,
  );
  return Object.fromEntries(said) as { [K in keyof T]?: NonNullable<T[K]> };
}

const health = (check: Healthcheck): HealthConfig => present(check);

const isEmpty = (map: object | null | undefined): boolean => !map || Object.keys(map).length === 0;

function runConfig(config: ImageRunConfig): ImageConfig {
  return {
    Cmd: config.Cmd ?? null,
    Entrypoint: config.Entrypoint ?? null,
    Env: config.Env ?? null,
    Labels: config.Labels ?? null,
    OnBuild: config.OnBuild ?? null,
    User: config.User ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
    ...present({
      StopSignal: config.StopSignal,
      ArgsEscaped: config.ArgsEscaped,
      Shell: config.Shell?.length ? config.Shell : null,
      ExposedPorts: isEmpty(config.ExposedPorts) ? null : config.ExposedPorts,
      Healthcheck: config.Healthcheck ? health(config.Healthcheck) : null,
    }),
  };
}

async function manifestsOf(
  parts: ImageParts,
  reference: string,
): Promise<Pick<ImageInspect, 'Manifests' | 'Descriptor'>> {
  const { descriptor, manifests } = await manifestsView(parts, imagesOf(parts, reference));
  return { ...(descriptor === undefined ? {} : { Descriptor: descriptor }), Manifests: manifests };
}

export async function inspectImage(
  parts: ImageParts,
  reference: string,
  options: { readonly platform?: ImagePlatform; readonly manifests?: boolean } = {},
): Promise<InspectedImage> {
  const { id, config, chain, size, record } = imageFor(parts, reference, options.platform);
  const refs = parts.names.of(id);
  const lastStep = config.history?.at(-1);
  return {
    Id: id,
    ...(options.manifests ? await manifestsOf(parts, reference) : {}),
    RepoTags: refs.filter(isTag).map(familiarString),
    RepoDigests: refs.filter((ref) => !isTag(ref)).map(familiarString),
    Parent: record.parent ?? '',
    Comment: config.comment || lastStep?.comment || '',
    Created: config.created ? shortTime(config.created) : '',
    DockerVersion: config.docker_version ?? '',
    Container: config.container ?? '',
    ContainerConfig: config.container_config ?? {},
    Author: config.author ?? '',
    Config: runConfig(config.config ?? {}),
    Architecture: config.architecture,
    ...present({ Variant: config.variant, OsVersion: config['os.version'] }),
    Os: config.os,
    Size: size,
    GraphDriver: await parts.storage.describeLayer(chain.at(-1) ?? null),
    RootFS: { Type: 'layers', Layers: [...config.rootfs.diff_ids] },
    Metadata: { LastTagTime: record.lastTagTime ?? ZERO_TIME },
  };
}
