import type { ContainerSummary } from '../../client/containers/list.ts';
import { ellipsis } from '../format/ellipsis.ts';
import { goQuote } from '../format/go-quote.ts';
import { shortId } from '../format/identity.ts';
import { labelList } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { displayPorts } from '../format/ports.ts';
import { goTime } from '../format/time.ts';
import { humanDuration, humanSize } from '../format/units.ts';
import { Method, type Value } from '../template/value.ts';

export const containerTable =
  'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

export const containerRaw = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

const headers = {
  ID: 'CONTAINER ID',
  Names: 'NAMES',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  Ports: 'PORTS',
  State: 'STATE',
  Status: 'STATUS',
  Size: 'SIZE',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
  Platform: 'PLATFORM',
  HealthStatus: 'HEALTH STATUS',
};

/** The first name that is the container's own; with `--no-trunc` also those that links gave it. */
function names(container: ContainerSummary, truncate: boolean): string {
  const plain = container.Names.map((name) => name.replace(/^\//, ''));
  return truncate ? (plain.find((name) => !name.includes('/')) ?? '') : plain.join(',');
}

/** Without its digest, and as an id where the name is one. */
function image(container: ContainerSummary, truncate: boolean): string {
  if (container.Image === '') return '<no image>';
  if (!truncate) return container.Image;
  const id = shortId(container.ImageID);
  if (id !== '' && id === shortId(container.Image)) return id;
  return container.Image.replace(/@sha256:[0-9a-f]{64}$/, '');
}

/** Health stands in the status text before API 1.52. */
function health(container: ContainerSummary): string {
  if (container.Health !== '') return container.Health;
  const match = /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(container.Status);
  return match?.[1] ?? '';
}

function size(container: ContainerSummary): string {
  const writable = humanSize(container.SizeRw, 3);
  return container.SizeRootFs > 0 ? `${writable} (virtual ${humanSize(container.SizeRootFs, 3)})` : writable;
}

export const containerListing = (truncate: boolean): Listing<ContainerSummary> => ({
  typeName: '*formatter.ContainerContext',
  // A field of its own only in newer clients.
  notInJson: ['HealthStatus'],
  headers,
  fields: (container) => ({
    ID: () => (truncate ? shortId(container.Id) : container.Id),
    Names: () => names(container, truncate),
    Image: () => image(container, truncate),
    Command: () => goQuote(truncate ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: () => goTime(container.Created),
    RunningFor: () => `${humanDuration(Date.now() - container.Created * 1000)} ago`,
    Ports: () => displayPorts(container.Ports),
    State: container.State,
    Status: container.Status,
    Size: () => size(container),
    Labels: () => labelList(container.Labels),
    Label: new Method((name) => container.Labels[String(name)] ?? ''),
    Mounts: () =>
      container.Mounts.map((mount) => mount.Name || mount.Source)
        .map((name) => (truncate ? ellipsis(name, 15) : name))
        .join(','),
    LocalVolumes: () => String(container.Mounts.filter((mount) => mount.Driver === 'local').length),
    Networks: () => container.Networks.join(','),
    Platform: container.Platform satisfies Value,
    HealthStatus: () => health(container),
  }),
});
