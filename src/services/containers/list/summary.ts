import { nanosecondsOf } from '../../../kit/time/rfc3339.ts';
import type { ContainerSummary, PortSummary } from '../../../wire/generated/engine-api.ts';
import type { Sandbox } from '../../networks/contract.ts';
import { parsePorts } from '../create/ports.ts';
import type { ContainerRecord } from '../record/record.ts';
import { showMount } from '../view/mounts.ts';
import { showEndpoints } from '../view/networks.ts';
import { statusText } from '../view/status.ts';

/** `docker ps` shows words with blanks in quotes. */
function commandText([path = '', ...args]: readonly string[]): string {
  return [path, ...args.map((word) => (word.includes(' ') ? `'${word}'` : word))].join(' ');
}

export function showPorts(sandbox: Sandbox | null): PortSummary[] {
  return Object.entries(sandbox?.ports ?? {}).flatMap(([key, bindings]): PortSummary[] => {
    const [port] = parsePorts(key);
    if (port === undefined) return [];
    const inside = { PrivatePort: port.port, Type: port.proto };
    if (bindings === null || bindings.length === 0) return [inside];
    return bindings.map(({ HostIp = '', HostPort = '' }) => ({
      ...(HostIp === '' ? {} : { IP: HostIp }),
      PrivatePort: port.port,
      PublicPort: Number(HostPort),
      Type: port.proto,
    }));
  });
}

export interface SummaryParts {
  readonly sandbox: Sandbox | null;
  /** Unix nanoseconds. */
  readonly now: bigint;
  /** The name it was made from, or the id where that name means another image by now. */
  readonly image: string;
  readonly size?: { readonly rw: number; readonly root: number };
}

/** One row of GET /containers/json. */
export function summarize(record: ContainerRecord, parts: SummaryParts): ContainerSummary {
  const created = Number((nanosecondsOf(record.created) ?? 0n) / 1_000_000_000n);
  const annotations = record.hostConfig.Annotations;
  return {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: parts.image,
    ImageID: record.image,
    Command: commandText(record.argv),
    Created: created,
    Ports: showPorts(parts.sandbox),
    ...(parts.size === undefined
      ? {}
      : { ...(parts.size.rw !== 0 ? { SizeRw: parts.size.rw } : {}), SizeRootFs: parts.size.root }),
    Labels: record.config.Labels ?? {},
    State: record.state.status,
    Status: statusText(record.state, parts.now),
    HostConfig: {
      NetworkMode: record.hostConfig.NetworkMode,
      ...(annotations === null ? {} : { Annotations: annotations }),
    },
    NetworkSettings: { Networks: showEndpoints(record, parts.sandbox) },
    Mounts: record.mountPoints
      .map(showMount)
      .sort((a, b) => ((a.Destination ?? '') < (b.Destination ?? '') ? -1 : 1)),
  };
}
