import type { Client } from '../client.ts';
import { isObject, type Json, list, map, number, object, text, textMap, texts } from '../json.ts';
import { encodeFilters, type Filters } from '../query.ts';

export interface PortSummary {
  readonly IP: string;
  readonly PrivatePort: number;
  readonly PublicPort: number;
  readonly Type: string;
}

export interface MountSummary {
  readonly Type: string;
  readonly Name: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver: string;
}

/** A container as the list of containers has it. */
export interface ContainerSummary {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Seconds since 1970. */
  readonly Created: number;
  readonly Ports: readonly PortSummary[];
  readonly SizeRw: number;
  readonly SizeRootFs: number;
  readonly Labels: Readonly<Record<string, string>>;
  readonly State: string;
  readonly Status: string;
  readonly Health: string;
  readonly Networks: readonly string[];
  readonly Mounts: readonly MountSummary[];
  readonly Platform: Json;
}

const port = (value: Json): PortSummary => {
  const data = object(value);
  return {
    IP: text(data.IP),
    PrivatePort: number(data.PrivatePort),
    PublicPort: number(data.PublicPort),
    Type: text(data.Type),
  };
};

const mount = (value: Json): MountSummary => {
  const data = object(value);
  return {
    Type: text(data.Type),
    Name: text(data.Name),
    Source: text(data.Source),
    Destination: text(data.Destination),
    Driver: text(data.Driver),
  };
};

export function containerSummary(value: Json): ContainerSummary {
  const data = object(value);
  return {
    Id: text(data.Id),
    Names: texts(data.Names),
    Image: text(data.Image),
    ImageID: text(data.ImageID),
    Command: text(data.Command),
    Created: number(data.Created),
    Ports: list(data.Ports, port),
    SizeRw: number(data.SizeRw),
    SizeRootFs: number(data.SizeRootFs),
    Labels: textMap(data.Labels),
    State: text(data.State),
    Status: text(data.Status),
    Health: isObject(data.Health) ? text(data.Health.Status) : '',
    Networks: Object.keys(map(object(data.NetworkSettings).Networks, object)),
    Mounts: list(data.Mounts, mount),
    Platform: object(data.ImageManifestDescriptor).platform ?? null,
  };
}

export interface ListContainers {
  readonly all?: boolean;
  readonly limit?: number;
  readonly size?: boolean;
  readonly filters?: Filters;
}

/** `GET /containers/json`. */
export async function listContainers(
  client: Client,
  options: ListContainers = {},
): Promise<ContainerSummary[]> {
  const answer = await client.json('GET', '/containers/json', {
    query: {
      all: options.all || undefined,
      limit: options.limit !== undefined && options.limit > 0 ? options.limit : undefined,
      size: options.size || undefined,
      filters: encodeFilters(options.filters),
    },
  });
  return list(answer, containerSummary);
}
