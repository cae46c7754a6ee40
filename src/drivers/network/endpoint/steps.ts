/** What every driver does to an endpoint's interface inside, as plans. */
import { invalid } from '../../../errors/minke-error.ts';
import type { Step } from '../../../host/netns/contract.ts';
import { parseAddress } from '../../../kit/ip/address.ts';
import { contains, parseCidr } from '../../../kit/ip/cidr.ts';
import type { EndpointFacts, Subnet } from '../contract.ts';

export const prefixOf = (subnet: string): string => subnet.slice(subnet.indexOf('/'));

/** IPv6 where the endpoint has it, without routes or addresses from what others announce; else none at all. */
export function ipv6Steps({ ipv6, link }: EndpointFacts, namespace: string): Step[] {
  const set = (key: string, value: string): Step => ({
    do: 'sysctl',
    namespace,
    key: `net/ipv6/conf/${link}/${key}`,
    value,
    optional: true,
  });
  return ipv6 === null ? [set('disable_ipv6', '1')] : [set('disable_ipv6', '0'), set('accept_ra', '0')];
}

/** Each address with the prefix length of its own subnet; a network may have several of one version. */
export function addressSteps(
  subnets: readonly Subnet[],
  { ipv4, ipv6, link }: EndpointFacts,
  namespace: string,
): Step[] {
  return [ipv4, ipv6].flatMap((text): Step[] => {
    const address = text === null ? null : parseAddress(text);
    if (address === null) return [];
    const home = subnets.find(({ subnet }) => {
      const cidr = parseCidr(subnet);
      return cidr !== null && contains(cidr, address);
    });
    if (home === undefined) throw invalid(`address ${text} belongs to no subnet of the network`);
    return [{ do: 'add-address', namespace, link, cidr: `${text}${prefixOf(home.subnet)}` }];
  });
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
