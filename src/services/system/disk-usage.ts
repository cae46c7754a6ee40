import type { ContainerSummary, ImageSummary, Volume } from '../../wire/generated/engine-api.ts';

export interface DiskUsageSources {
  images(): Promise<readonly ImageSummary[]>;
  layersSize(): Promise<number>;
  containers(): Promise<readonly ContainerSummary[]>;
  volumes(): Promise<readonly Volume[]>;
}

export const objectTypes = ['container', 'image', 'volume', 'build-cache'] as const;
export type ObjectType = (typeof objectTypes)[number];

/** Containers of each image, which the listing of images leaves at -1. */
function withUse(images: readonly ImageSummary[], containers: readonly ContainerSummary[]): ImageSummary[] {
  const uses = Map.groupBy(containers, (container) => container.ImageID ?? '');
  return images.map((image) => ({ ...image, Containers: uses.get(image.Id ?? '')?.length ?? 0 }));
}

/** The body of GET /system/df. What was not asked for is null. */
export async function diskUsage(
  sources: DiskUsageSources,
  types: readonly ObjectType[],
): Promise<Record<string, unknown>> {
  const wanted = new Set<ObjectType>(types.length === 0 ? objectTypes : types);
  const [images, layersSize, containers, volumes] = await Promise.all([
    wanted.has('image') ? sources.images() : null,
    wanted.has('image') ? sources.layersSize() : null,
    wanted.has('container') || wanted.has('image') ? sources.containers() : null,
    wanted.has('volume') ? sources.volumes() : null,
  ]);
  return {
    LayersSize: layersSize ?? 0,
    Images: images === null ? null : withUse(images, containers ?? []),
    Containers: wanted.has('container') ? containers : null,
    Volumes: volumes,
    BuildCache: wanted.has('build-cache') ? [] : null,
  };
}
