import { createHash } from 'node:crypto';
import type { EndpointSettings, NetworkSettings, PortMap } from '../../../wire/generated/engine-api.ts';
import { dnsNames, isUserDefined, type Sandbox } from '../../networks/contract.ts';
import { parseNetworkMode } from '../create/modes.ts';
import type { ContainerRecord, Endpoint } from '../record/record.ts';
import { isAlive } from '../record/state.ts';

export type Connected = Pick<
  ContainerRecord,
  'id' | 'name' | 'config' | 'hostConfig' | 'endpoints' | 'started' | 'state'
>;

/** Nothing is made for who uses the host's own stack; an endpoint is told all the same, another one for each run. */
function hostEndpoint(network: string, { id, state }: Connected): string {
  if (network !== 'host' || !isAlive(state)) return '';
  return createHash('sha256').update(`${id} ${state.startedAt}`).digest('hex');
}

/** MAC address that was asked for in the network of `--network`; empty: none. Older clients look for it in `Config`. */
export function mainMac({ endpoints, hostConfig }: Connected): string {
  const mode = parseNetworkMode(hostConfig.NetworkMode);
  if (mode.kind !== 'network') return '';
  const main = Object.entries(endpoints).find(
    ([name, { networkId }]) => name === mode.network || networkId === mode.network,
  );
  return main?.[1].macAddress ?? '';
}

/** What a container asked of a network, while it has nothing of it. */
function showEndpoint(network: string, endpoint: Endpoint, record: Connected): EndpointSettings {
  const { id: container, name, config, started } = record;
  return {
    IPAMConfig:
      !endpoint.ipamGiven && endpoint.ipv4 === '' && endpoint.ipv6 === ''
        ? null
        : {
            ...(endpoint.ipv4 === '' ? {} : { IPv4Address: endpoint.ipv4 }),
            ...(endpoint.ipv6 === '' ? {} : { IPv6Address: endpoint.ipv6 }),
            ...(endpoint.linkLocalIps.length === 0 ? {} : { LinkLocalIPs: [...endpoint.linkLocalIps] }),
          },
    Links: endpoint.links,
    Aliases: endpoint.aliases,
    MacAddress: started ? '' : endpoint.macAddress,
    DriverOpts: endpoint.driverOpts,
    GwPriority: endpoint.gwPriority,
    NetworkID: started ? endpoint.networkId : '',
    EndpointID: hostEndpoint(network, record),
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames:
      started && isUserDefined(network)
        ? dnsNames(endpoint.aliases ?? [], { name, container, hostname: config.Hostname })
        : null,
  };
}

/** By the network's name: as it is now, else as it was asked for. */
export function showEndpoints(record: Connected, sandbox: Sandbox | null): Record<string, EndpointSettings> {
  const shown: Record<string, EndpointSettings> = {};
  for (const [name, endpoint] of Object.entries(record.endpoints)) {
    const asked = showEndpoint(name, endpoint, record);
    const live = sandbox?.endpoints[name];
    shown[name] =
      live === undefined
        ? asked
        : {
            ...asked,
            ...live,
            IPAMConfig: asked.IPAMConfig,
            Links: asked.Links,
            Aliases: asked.Aliases,
            DriverOpts: asked.DriverOpts,
          };
  }
  return shown;
}

/** Old clients read these of the default network here; Docker 28 still shows them. */
const legacy = (bridge: EndpointSettings | undefined) => ({
  Bridge: '',
  HairpinMode: false,
  LinkLocalIPv6Address: '',
  LinkLocalIPv6PrefixLen: 0,
  SecondaryIPAddresses: null,
  SecondaryIPv6Addresses: null,
  EndpointID: bridge?.EndpointID ?? '',
  Gateway: bridge?.Gateway ?? '',
  GlobalIPv6Address: bridge?.GlobalIPv6Address ?? '',
  GlobalIPv6PrefixLen: bridge?.GlobalIPv6PrefixLen ?? 0,
  IPAddress: bridge?.IPAddress ?? '',
  IPPrefixLen: bridge?.IPPrefixLen ?? 0,
  IPv6Gateway: bridge?.IPv6Gateway ?? '',
  MacAddress: bridge?.MacAddress ?? '',
});

export function showNetworking(record: Connected, sandbox: Sandbox | null): NetworkSettings {
  const networks = showEndpoints(record, sandbox);
  const ports: PortMap = sandbox?.ports ?? {};
  const { Bridge, ...rest } = legacy(sandbox === null ? undefined : networks.bridge);
  const settings = {
    Bridge,
    SandboxID: sandbox?.id ?? '',
    SandboxKey: sandbox?.netns ?? '',
    Ports: ports,
    ...rest,
    Networks: networks,
  };
  return settings;
}
