/** Names that containers in user-defined networks have for each other. */
import type { NameView, Upstream } from '../../drivers/dns/contract.ts';
import { entrances, type Known } from './entrance.ts';
import { isLinkTarget, parseLink } from './links.ts';
import type { EndpointRecord, NetworkRecord, SandboxRecord } from './records.ts';
import { dnsNames } from './show.ts';

export interface Neighbourhood extends Known {
  readonly sandboxes: ReadonlyMap<string, SandboxRecord>;
  /** Those of the host's resolv.conf, now. */
  readonly hostNameservers: () => readonly string[];
}

interface Neighbour {
  readonly sandbox: SandboxRecord;
  readonly endpoint: EndpointRecord;
  readonly network: NetworkRecord;
}

/** Networks in which names are looked up. */
const hasNames = (network: NetworkRecord | undefined): network is NetworkRecord =>
  network !== undefined && !network.predefined;

export const wantsResolver = ({ endpoints }: SandboxRecord, { networks }: Known): boolean =>
  endpoints.some(({ network }) => hasNames(networks.get(network)));

function* neighboursOf(
  container: string,
  around: Neighbourhood,
): Generator<Neighbour & { own: EndpointRecord }> {
  const self = around.sandboxes.get(container);
  for (const own of self?.endpoints ?? []) {
    const network = around.networks.get(own.network);
    if (!hasNames(network)) continue;
    for (const sandbox of around.sandboxes.values()) {
      for (const endpoint of sandbox.endpoints) {
        if (endpoint.network === network.id) yield { sandbox, endpoint, network, own };
      }
    }
  }
}

/** `db:store` in the links of `own` makes `store` a name of the container `db`, for this container alone. */
const linkNames = (own: EndpointRecord, sandbox: SandboxRecord): string[] =>
  own.links
    .map(parseLink)
    .filter(({ target }) => isLinkTarget(target, sandbox))
    .map(({ alias }) => alias);

const addressesOf = ({ ipv4, ipv6 }: EndpointRecord): string[] =>
  [ipv4, ipv6].filter((address) => address !== null);

export function nameView(container: string, around: Neighbourhood): NameView {
  return {
    addresses: (name) => {
      const found = new Set<string>();
      for (const { sandbox, endpoint, network, own } of neighboursOf(container, around)) {
        const suffix = `.${network.name.toLowerCase()}`;
        const bare = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
        const names = [...dnsNames(endpoint, sandbox), ...linkNames(own, sandbox)];
        if (!names.some((each) => each.toLowerCase() === bare || each.toLowerCase() === name)) continue;
        for (const address of addressesOf(endpoint)) found.add(address);
      }
      return found.size === 0 ? null : [...found];
    },
    nameOf: (address) => {
      for (const { sandbox, endpoint, network } of neighboursOf(container, around)) {
        if (addressesOf(endpoint).includes(address)) return `${sandbox.name}.${network.name}`;
      }
      return null;
    },
    upstreams: () => {
      const self = around.sandboxes.get(container);
      if (self === undefined) return [];
      const servers = around.hostNameservers();
      // Who is in internal networks alone must not get out by way of the host's resolver.
      const { ipv4, ipv6 } = entrances(self.endpoints, around);
      const out = ipv4 !== null || ipv6 !== null;
      return (self.dns.length > 0 ? self.dns : servers).flatMap((address): Upstream[] => {
        if (!servers.includes(address)) return [{ address, from: 'container' }];
        return out ? [{ address, from: 'host' }] : [];
      });
    },
  };
}
