import type { Client } from '../client.ts';
import { isObject, type Json, list, number, object, text, textMap, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface Volume {
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Mountpoint: string;
  readonly Labels: Readonly<Record<string, string>>;
  /** -1 where it was not worked out. */
  readonly Size: number;
  readonly RefCount: number;
  /** Where the swarm keeps it. */
  readonly Cluster: ClusterVolume | undefined;
}

export interface ClusterVolume {
  readonly group: string;
  readonly availability: string;
  readonly created: boolean;
  /** Nodes that use it. */
  readonly nodes: number;
}

function clusterVolume(value: Json | undefined): ClusterVolume | undefined {
  if (!isObject(value)) return undefined;
  const spec = object(value.Spec);
  return {
    group: text(spec.Group),
    availability: text(spec.Availability),
    created: text(object(value.Info).VolumeID) !== '',
    nodes: list(value.PublishStatus, object).length,
  };
}

export function volume(value: Json): Volume {
  const data = object(value);
  const usage = isObject(data.UsageData) ? data.UsageData : { Size: -1, RefCount: -1 };
  return {
    Name: text(data.Name),
    Driver: text(data.Driver),
    Scope: text(data.Scope),
    Mountpoint: text(data.Mountpoint),
    Labels: textMap(data.Labels),
    Size: number(usage.Size),
    RefCount: number(usage.RefCount),
    Cluster: clusterVolume(data.ClusterVolume),
  };
}

export interface VolumeList {
  readonly volumes: readonly Volume[];
  readonly warnings: readonly string[];
}

/** `GET /volumes`. */
export async function listVolumes(client: Client, filters?: Filters): Promise<VolumeList> {
  const answer = object(await client.json('GET', '/volumes', { query: { filters: encodeFilters(filters) } }));
  return { volumes: list(answer.Volumes, volume), warnings: texts(answer.Warnings) };
}
