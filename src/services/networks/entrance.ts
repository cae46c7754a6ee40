/** Through which endpoint a container speaks to the world, and what drivers are told of endpoints. */
import type {
  EndpointFacts,
  LinkedPort,
  NetworkDriver,
  NetworkFacts,
} from '../../drivers/network/contract.ts';
import { type Entrance, type Entrances, publishedBy } from './publish.ts';
import type { PublishPolicy } from './publish-policy.ts';
import type { BindingRecord, EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import { gatewayOf } from './show.ts';

export const factsOfNetwork = ({ id, name, internal, subnets, options }: NetworkRecord): NetworkFacts => ({
  id,
  name,
  internal,
  options,
  subnets: subnets.map(({ version, subnet, gateway }) => ({ version, subnet, gateway })),
});

export interface Known {
  readonly networks: ReadonlyMap<string, NetworkRecord>;
  readonly drivers: ReadonlyMap<string, NetworkDriver>;
  readonly policy: PublishPolicy;
}

/** Highest gateway priority first, then those that lead out by both versions, then by name of the network. */
export function inOrder(
  endpoints: readonly EndpointRecord[],
  { networks }: Pick<Known, 'networks'>,
): EndpointRecord[] {
  const nameOf = ({ network }: EndpointRecord): string => networks.get(network)?.name ?? '';
  const leadsOut = ({ network: id, ipv4, ipv6 }: EndpointRecord): boolean => {
    const network = networks.get(id);
    return network !== undefined && [ipv4, ipv6].every((address) => gatewayOf(network, address) !== null);
  };
  return endpoints.toSorted((a, b) => {
    if (a.gwPriority !== b.gwPriority) return b.gwPriority - a.gwPriority;
    if (leadsOut(a) !== leadsOut(b)) return leadsOut(a) ? -1 : 1;
    return nameOf(a) < nameOf(b) ? -1 : 1;
  });
}

export function entrances(endpoints: readonly EndpointRecord[], known: Known): Entrances {
  const ordered = inOrder(endpoints, known);
  const first = (version: 4 | 6): Entrance | null => {
    for (const endpoint of ordered) {
      const network = known.networks.get(endpoint.network);
      const driver = network === undefined ? undefined : known.drivers.get(network.driver);
      const address = version === 4 ? endpoint.ipv4 : endpoint.ipv6;
      if (network === undefined || driver === undefined || address === null) continue;
      if (gatewayOf(network, address) === null) continue;
      return { endpoint, publishing: driver.publishing(factsOfNetwork(network)) };
    }
    return null;
  };
  return { ipv4: first(4), ipv6: first(6) };
}

/** `container:alias` and the running container that is meant, in the same network. */
export interface Linked {
  readonly alias: string;
  readonly sandbox: SandboxRecord;
  readonly endpoint: EndpointRecord;
}

function linkedPorts(links: readonly Linked[]): LinkedPort[] {
  return links.flatMap(({ sandbox, endpoint }) =>
    sandbox.exposed.flatMap(({ proto, port }) =>
      endpoint.ipv4 === null ? [] : [{ peer: endpoint.ipv4, proto, port }],
    ),
  );
}

/** Bindings that the driver makes rules for; others are the userland proxy's alone. */
const byRules = ({ bindings }: SandboxRecord, { policy }: Known): readonly BindingRecord[] =>
  policy === 'firewalled' ? bindings.filter(({ hostPort }) => hostPort === 0) : bindings;

export function factsOfEndpoint(
  endpoint: EndpointRecord,
  sandbox: SandboxRecord,
  known: Known,
  links: readonly Linked[],
): EndpointFacts {
  const network = known.networks.get(endpoint.network);
  const ways = entrances(sandbox.endpoints, known);
  const route = (entrance: Entrance | null, address: string | null): string | null =>
    network !== undefined && entrance?.endpoint.id === endpoint.id ? gatewayOf(network, address) : null;
  return {
    id: endpoint.id,
    network: endpoint.network,
    link: endpoint.link,
    mac: endpoint.mac,
    ipv4: endpoint.ipv4,
    ipv6: endpoint.ipv6,
    linkLocal: endpoint.linkLocal,
    defaultRoute4: route(ways.ipv4, endpoint.ipv4),
    defaultRoute6: route(ways.ipv6, endpoint.ipv6),
    ports: publishedBy(endpoint, byRules(sandbox, known), ways),
    links: linkedPorts(links),
    options: endpoint.driverOpts,
  };
}
