import type { EndpointSettings, NetworkSettings, PortMap } from '../../../wire/generated/engine-api.ts';
import type { Sandbox } from '../../networks/contract.ts';
import type { Endpoint } from '../record/record.ts';

/** What a container asked of a network, while it has nothing of it. @param started it was connected once */
const showEndpoint = (endpoint: Endpoint, started: boolean): EndpointSettings => ({
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
  MacAddress: endpoint.macAddress,
  DriverOpts: endpoint.driverOpts,
  GwPriority: endpoint.gwPriority,
  NetworkID: started ? endpoint.networkId : '',
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  DNSNames: null,
});

/** By the network's name: as it is now, else as it was asked for. */
export function showEndpoints(
  endpoints: Readonly<Record<string, Endpoint>>,
  sandbox: Sandbox | null,
  started: boolean,
): Record<string, EndpointSettings> {
  const shown: Record<string, EndpointSettings> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const asked = showEndpoint(endpoint, started);
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

export function showNetworking(
  endpoints: Readonly<Record<string, Endpoint>>,
  sandbox: Sandbox | null,
  started: boolean,
): NetworkSettings {
  const networks = showEndpoints(endpoints, sandbox, started);
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
