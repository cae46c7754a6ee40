/** Names that containers in user-defined networks have for each other. */
import type { NamedPlace, NameSpec } from '../../wire/names.ts';
import { dnsNames } from './contract.ts';
import { entrances, inOrder, type Known } from './entrance.ts';
import { networkServers } from './limits.ts';
import { parseLink } from './links.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';

/** Networks in which names are looked up. */
const hasNames = (network: NetworkRecord | undefined): network is NetworkRecord =>
  network !== undefined && !network.predefined;

export const wantsResolver = ({ endpoints }: SandboxRecord, { networks }: Known): boolean =>
  endpoints.some(({ network }) => hasNames(networks.get(network)));

function placeOf(endpoint: EndpointRecord, sandbox: SandboxRecord, network: NetworkRecord): NamedPlace {
  return {
    network: network.id,
    networkName: network.name,
    neighbours: hasNames(network),
    names: dnsNames(endpoint.aliases, sandbox),
    addresses: [endpoint.ipv4, endpoint.ipv6].filter((address) => address !== null),
    links: endpoint.links.map(parseLink),
  };
}

/** Those that the container's networks name, else those of the host when it was started. */
function serversOf({ endpoints, dns }: SandboxRecord, { networks }: Known): string[] {
  for (const { network } of endpoints) {
    const servers = networkServers(networks.get(network)?.options ?? {});
    if (servers.length > 0) return servers;
  }
  return [...dns];
}

export interface NamesFor {
  /** The host is told names as well, those in the default network included. */
  readonly host: boolean;
  /** The container can ask whether it wants to or not. */
  readonly open: boolean;
}

/** What the resolver is to know of a container; null: nothing. */
export function nameSpec(sandbox: SandboxRecord, known: Known, { host, open }: NamesFor): NameSpec | null {
  const asks = open || wantsResolver(sandbox, known);
  if (!asks && !host) return null;
  const { ipv4, ipv6 } = entrances(sandbox.endpoints, known);
  return {
    name: sandbox.name,
    namespace: asks ? sandbox.namespace : null,
    servers: sandbox.ownDns ? [...sandbox.dns] : serversOf(sandbox, known),
    outside: ipv4 !== null || ipv6 !== null,
    ndots: sandbox.ndots,
    places: inOrder(sandbox.endpoints, known).flatMap((endpoint) => {
      const network = known.networks.get(endpoint.network);
      const place = network === undefined ? null : placeOf(endpoint, sandbox, network);
      return place === null || place.addresses.length === 0 ? [] : [place];
    }),
  };
}
