/** What every driver does to an endpoint's interface inside, as plans. */
import { invalid } from '../../../errors/minke-error.ts';
import type { Step } from '../../../host/netns/contract.ts';
import { parseAddress, versionOf } from '../../../kit/ip/address.ts';
import { contains, parseCidr } from '../../../kit/ip/cidr.ts';
import type { EndpointFacts, Subnet } from '../contract.ts';

export const prefixOf = (subnet: string): string => subnet.slice(subnet.indexOf('/'));

export const hasIPv6 = ({ ipv6, linkLocal }: Pick<EndpointFacts, 'ipv6' | 'linkLocal'>): boolean =>
  ipv6 !== null || linkLocal.some((address) => versionOf(address) === 6);

/** 169.254.0.0/16 (RFC 3927) and the /64 in which link-local addresses of IPv6 are (RFC 4291, 2.5.6). */
const linkLocalCidr = (address: string): string => `${address}/${versionOf(address) === 6 ? 64 : 16}`;

/** IPv6 where the endpoint has it, without routes or addresses from what others announce; else none at all. */
export function ipv6Steps(endpoint: EndpointFacts, namespace: string): Step[] {
  const { link } = endpoint;
  const set = (key: string, value: string): Step => ({
    do: 'sysctl',
    namespace,
    key: `net/ipv6/conf/${link}/${key}`,
    value,
    optional: true,
  });
  return !hasIPv6(endpoint) ? [set('disable_ipv6', '1')] : [set('disable_ipv6', '0'), set('accept_ra', '0')];
}

/**
 * Each address with the prefix length of its own subnet; a network may have several of one version. Link-local ones
 * come last, so that none of them is the address that the container speaks from.
 */
export function addressSteps(
  subnets: readonly Subnet[],
  { ipv4, ipv6, link, linkLocal }: EndpointFacts,
  namespace: string,
): Step[] {
  const own = [ipv4, ipv6].flatMap((text): Step[] => {
    const address = text === null ? null : parseAddress(text);
    if (address === null) return [];
    const home = subnets.find(({ subnet }) => {
      const cidr = parseCidr(subnet);
      return cidr !== null && contains(cidr, address);
    });
    if (home === undefined) throw invalid(`address ${text} belongs to no subnet of the network`);
    return [{ do: 'add-address', namespace, link, cidr: `${text}${prefixOf(home.subnet)}` }];
  });
  const besides = linkLocal.map(
    (address): Step => ({ do: 'add-address', namespace, link, cidr: linkLocalCidr(address) }),
  );
  return [...own, ...besides];
}

type RouteStep = Extract<Step, { do: 'add-route' | 'delete-route' }>;

export function defaultRoute(
  what: RouteStep['do'],
  endpoint: EndpointFacts,
  namespace: string,
  version: 4 | 6,
): RouteStep[] {
  const via = version === 4 ? endpoint.defaultRoute4 : endpoint.defaultRoute6;
  if (via === null) return [];
  const to = version === 4 ? '0.0.0.0/0' : '::/0';
  return [{ do: what, namespace, link: endpoint.link, to, via }];
}

/** From the routes of `before` to those of `after`; removals come first, as both may be default routes. */
export function routeSteps(before: EndpointFacts, after: EndpointFacts, namespace: string): Step[] {
  const steps: Step[] = [];
  for (const version of [4, 6] as const) {
    const [old] = defaultRoute('delete-route', before, namespace, version);
    const [next] = defaultRoute('add-route', after, namespace, version);
    if (old?.via === next?.via) continue;
    if (old !== undefined) steps.unshift(old);
    if (next !== undefined) steps.push(next);
  }
  return steps;
}
