import type { Client } from '../client.ts';
import { type ContainerSummary, containerSummary } from '../containers/list.ts';
import { type ImageSummary, imageSummary } from '../images/list.ts';
import { bool, type Json, list, number, object, text, texts } from '../json.ts';
import { type Volume, volume } from '../volumes/list.ts';

export interface BuildCacheRecord {
  readonly ID: string;
  readonly Parents: readonly string[];
  readonly Type: string;
  readonly Description: string;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly Size: number;
  readonly CreatedAt: string;
  readonly LastUsedAt: string;
  readonly UsageCount: number;
}

export interface DiskUsage {
  readonly layersSize: number;
  readonly images: readonly ImageSummary[];
  readonly containers: readonly ContainerSummary[];
  readonly volumes: readonly Volume[];
  readonly buildCache: readonly BuildCacheRecord[];
}

function buildCache(value: Json): BuildCacheRecord {
  const data = object(value);
  return {
    ID: text(data.ID),
    Parents: texts(data.Parents),
    Type: text(data.Type),
    Description: text(data.Description),
    InUse: bool(data.InUse),
    Shared: bool(data.Shared),
    Size: number(data.Size),
    CreatedAt: text(data.CreatedAt),
    LastUsedAt: text(data.LastUsedAt),
    UsageCount: number(data.UsageCount),
  };
}

/** `GET /system/df`. */
export async function diskUsage(client: Client): Promise<DiskUsage> {
  const answer = object(await client.json('GET', '/system/df'));
  return {
    layersSize: number(answer.LayersSize),
    images: list(answer.Images, imageSummary),
    containers: list(answer.Containers, containerSummary),
    volumes: list(answer.Volumes, volume),
    buildCache: list(answer.BuildCache, buildCache),
  };
}
