/** Which addresses of the host a `-p` means, and who answers there. */
import type { PublishedPort, Publishing } from '../../drivers/network/contract.ts';
import { conflict, internal, invalid } from '../../errors/minke-error.ts';
import { versionOf } from '../../kit/ip/address.ts';
import type { PortMap } from '../../wire/generated/engine-api.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import type { PortRequest } from './contract.ts';
import type { PortTable } from './ports.ts';
import { addressesFor, type PublishPolicy } from './publish-policy.ts';
import type { BindingRecord, EndpointRecord, SandboxRecord } from './records.ts';

/** Where a container's ports come in: the endpoints with its default routes. */
export interface Entrance {
  readonly endpoint: EndpointRecord;
  readonly publishing: Publishing;
}

export interface Entrances {
  readonly ipv4: Entrance | null;
  readonly ipv6: Entrance | null;
}

/** Whether a port of the host can be used by a process of the host right now. */
export type PortProbe = (proto: string, address: string, port: number) => Promise<boolean>;

export interface PublishOptions {
  readonly userlandProxy: boolean;
  /** False: the host has no IPv6, so `::` is no address of it. */
  readonly hostIPv6: boolean;
  readonly policy: PublishPolicy;
  readonly table: PortTable;
  readonly probe: PortProbe;
}

interface Target {
  readonly hostIp: string;
  readonly routed: boolean;
}

/** Addresses of the host for one request; empty where nothing is published. */
export function targets(
  request: Pick<PortRequest, 'hostIp'>,
  { ipv4, ipv6 }: Entrances,
  options: Pick<PublishOptions, 'userlandProxy' | 'hostIPv6' | 'policy'>,
): Target[] {
  const way = { 4: ipv4?.publishing.ipv4 ?? 'none', 6: ipv6?.publishing.ipv6 ?? 'none' } as const;
  const fallback = ipv4?.publishing.hostIp ?? ipv6?.publishing.hostIp ?? null;
  const addresses = request.hostIp === '' ? addressesFor(options.policy, fallback) : [request.hostIp];
  return addresses.flatMap((hostIp): Target[] => {
    const version = versionOf(hostIp);
    const has = version === 6 ? ipv6?.endpoint.ipv6 : ipv4?.endpoint.ipv4;
    if (has) return way[version] === 'none' ? [] : [{ hostIp, routed: way[version] === 'routed' }];
    // The userland proxy also leads from the host's IPv6 to a container that has none; not the other way.
    const led = version === 6 && options.userlandProxy && options.hostIPv6 && way[4] !== 'none';
    return led ? [{ hostIp, routed: false }] : [];
  });
}

/** Docker's words, with the address of whoever has the port. */
function takenWords(
  { proto, containerPort, hostPort, hostPortEnd }: PortRequest,
  addresses: readonly string[],
  table: PortTable,
  { ipv4, ipv6 }: Entrances,
): string {
  if (hostPort === 0 || hostPort !== hostPortEnd) return 'all ports are allocated';
  const holder = table.holder(proto, addresses, hostPort);
  if (holder !== undefined) return `Bind for ${holder}:${hostPort} failed: port is already allocated`;
  // No container has it: a process of the host.
  const to = `${ipv4?.endpoint.ipv4 ?? `[${ipv6?.endpoint.ipv6}]`}:${containerPort}/${proto}`;
  const [address = ''] = addresses;
  const at = versionOf(address) === 6 ? `[${address}]` : address;
  return `failed to bind host port for ${at}:${hostPort}:${to}: address already in use`;
}

/** Takes host ports for all requests, all or nothing. Throws as Docker does where one is taken. */
export async function takePorts(
  requests: readonly PortRequest[],
  entrances: Entrances,
  endpointName: string,
  options: PublishOptions,
): Promise<BindingRecord[]> {
  const taken: BindingRecord[] = [];
  try {
    for (const request of requests) {
      const all = targets(request, entrances, options);
      const [routed, mapped] = [all.filter((each) => each.routed), all.filter((each) => !each.routed)];
      const { proto, containerPort } = request;
      for (const { hostIp } of routed) taken.push({ proto, containerPort, hostIp, hostPort: 0 });
      if (mapped.length === 0) continue;
      if (proto === 'sctp' && options.policy === 'firewalled') {
        throw invalid(
          'SCTP ports need rules of their own, which the publish policy "firewalled" does not make',
        );
      }
      const addresses = mapped.map(({ hostIp }) => hostIp);
      const hostPort = await takePort(request, addresses, options);
      if (hostPort === null) {
        const endpoint = entrances.ipv4?.endpoint ?? entrances.ipv6?.endpoint;
        throw internal(
          `driver failed programming external connectivity on endpoint ${endpointName} (${endpoint?.id}): ` +
            takenWords(request, addresses, options.table, entrances),
          conflict('port is already allocated'),
        );
      }
      for (const hostIp of addresses) taken.push({ proto, containerPort, hostIp, hostPort });
    }
    return taken;
  } catch (error) {
    givePorts(taken, options.table);
    throw error;
  }
}

async function takePort(
  request: PortRequest,
  addresses: readonly string[],
  { table, probe, userlandProxy }: PublishOptions,
): Promise<number | null> {
  const { proto, hostPort: first, hostPortEnd: last } = request;
  // One port alone is tried by whoever listens there; with a choice, a port that a stranger holds is passed by.
  const look = first === 0 || first !== last || !userlandProxy;
  for (const port of table.candidates({ proto, addresses, first, last })) {
    table.take(proto, addresses, port);
    if (!look || (await free(probe, proto, addresses, port))) return port;
    for (const address of addresses) table.give(proto, address, port);
  }
  return null;
}

async function free(
  probe: PortProbe,
  proto: string,
  addresses: readonly string[],
  port: number,
): Promise<boolean> {
  for (const address of addresses) if (!(await probe(proto, address, port))) return false;
  return true;
}

/** Takes ports that are known to be the container's. */
export function holdPorts(bindings: readonly BindingRecord[], table: PortTable): void {
  for (const { proto, hostIp, hostPort } of bindings)
    if (hostPort !== 0) table.take(proto, [hostIp], hostPort);
}

export function givePorts(bindings: readonly BindingRecord[], table: PortTable): void {
  for (const { proto, hostIp, hostPort } of bindings) if (hostPort !== 0) table.give(proto, hostIp, hostPort);
}

/** Bindings of one endpoint, as its driver needs them. */
export function publishedBy(
  endpoint: EndpointRecord,
  bindings: readonly BindingRecord[],
  { ipv4, ipv6 }: Entrances,
): PublishedPort[] {
  return bindings.filter(
    ({ hostIp }) => (versionOf(hostIp) === 6 ? ipv6 : ipv4)?.endpoint.id === endpoint.id,
  );
}

/** What the keeper listens to. */
export function proxiesOf(bindings: readonly BindingRecord[], { ipv4, ipv6 }: Entrances): ProxySpec[] {
  const v4 = ipv4?.endpoint.ipv4 ?? null;
  const v6 = ipv6?.endpoint.ipv6 ?? null;
  return bindings.flatMap(({ proto, hostIp, hostPort, containerPort }) => {
    const containerIp = versionOf(hostIp) === 6 ? (v6 ?? v4) : v4;
    return hostPort === 0 || containerIp === null
      ? []
      : [{ proto, hostIp, hostPort, containerIp, containerPort }];
  });
}

/** `Ports` of a container's inspect: exposed ports without binding are null. */
export function portMap(sandbox: SandboxRecord, { ipv4, ipv6 }: Entrances): PortMap {
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  if (![ipv4, ipv6].some((entrance) => entrance?.publishing.shown)) return ports;
  for (const { proto, port } of sandbox.exposed) ports[`${port}/${proto}`] = null;
  for (const { proto, containerPort, hostIp, hostPort } of sandbox.bindings) {
    const key = `${containerPort}/${proto}`;
    const row = { HostIp: hostIp, HostPort: hostPort === 0 ? '' : String(hostPort) };
    ports[key] = [...(ports[key] ?? []), row];
  }
  return ports;
}
