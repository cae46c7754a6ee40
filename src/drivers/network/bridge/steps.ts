/** What has to be done to the kernel for bridge networks, as plans. */
import type { LinkState, NetworkState, Step } from '../../../host/netns/contract.ts';
import type { EndpointFacts } from '../contract.ts';
import { addressSteps, defaultRoute, hasIPv6, ipv6Steps, prefixOf } from '../endpoint/steps.ts';
import { endpointSysctls } from '../endpoint/sysctls.ts';
import type { BridgeNetwork } from './options.ts';

/** Host's own addresses in the network, with prefix length. */
export const bridgeAddresses = ({ subnets }: BridgeNetwork): string[] =>
  subnets.flatMap(({ gateway, subnet }) => (gateway === null ? [] : [`${gateway}${prefixOf(subnet)}`]));

const setting = (key: string, value: string): Step => ({
  do: 'sysctl',
  namespace: null,
  key,
  value,
  optional: true,
});

/** Tells a bridge that was made for a network from one that somebody else made under the name that the network asks for. */
const mark = 'minke: bridge of a container network';

/** Takes away what was made for the network; a bridge that was there before stays, with the addresses it has. */
export const closeSteps = ({ bridge: name, named }: BridgeNetwork, links: readonly LinkState[]): Step[] =>
  named && links.some((link) => link.name === name && link.alias !== mark)
    ? []
    : [{ do: 'delete-link', namespace: null, name }];

/** Makes the bridge, or brings one that is there into shape; a foreign one keeps what its owner gave it. */
export function openSteps(
  network: BridgeNetwork,
  there: LinkState | undefined,
  options: { readonly userlandProxy: boolean; readonly foreign: boolean },
): Step[] {
  const { bridge: name, mtu } = network;
  const wanted = bridgeAddresses(network);
  const has6 = network.subnets.some(({ version }) => version === 6);
  const steps: Step[] = [];
  if (there === undefined)
    steps.push({ do: 'add-bridge', name, mtu, ...(network.named ? { alias: mark } : {}) });
  // No routes or addresses from what containers announce, no link-local address where IPv6 is off.
  steps.push(setting(`net/ipv6/conf/${name}/accept_ra`, '0'));
  steps.push(setting(`net/ipv6/conf/${name}/disable_ipv6`, has6 ? '0' : '1'));
  if (!options.userlandProxy) steps.push(setting(`net/ipv4/conf/${name}/route_localnet`, '1'));
  for (const cidr of there?.addresses ?? []) {
    if (!options.foreign && !wanted.includes(cidr))
      steps.push({ do: 'delete-address', namespace: null, link: name, cidr });
  }
  for (const cidr of wanted) {
    if (!there?.addresses.includes(cidr))
      steps.push({ do: 'add-address', namespace: null, link: name, cidr });
  }
  steps.push({ do: 'set-link', namespace: null, name, up: true });
  return steps;
}

/** The host's end of an endpoint's pair. */
export const portName = (endpoint: string): string => `veth${endpoint.slice(0, 7)}`;

/** What the first endpoint in a namespace most likely needs; it is named after the endpoint that will take it. */
export const prepared = { link: 'eth0', mtu: 1500 } as const;

export function attachSteps(
  network: BridgeNetwork,
  endpoint: EndpointFacts,
  namespace: string,
  options: { readonly hairpin: boolean; readonly prepared: boolean },
): Step[] {
  const { link, mac } = endpoint;
  const { mtu, bridge } = network;
  const name = portName(endpoint.id);
  const ipv6 = hasIPv6(endpoint);
  const fresh: Step[] = [{ do: 'add-veth', name, mtu, peer: { namespace, name: link, mac, ipv6 } }];
  const resized: Step[] = mtu === prepared.mtu ? [] : [{ do: 'set-link', namespace: null, name, mtu }];
  return [
    ...(options.prepared ? resized : fresh),
    { do: 'attach-port', name, bridge, hairpin: options.hairpin },
    ...(options.prepared ? [{ do: 'set-link', namespace, name: link, mac, mtu } as const] : []),
    ...(ipv6 ? ipv6Steps(endpoint, namespace) : []),
    ...endpointSysctls(endpoint, namespace),
    ...addressSteps(network.subnets, endpoint, namespace),
    { do: 'set-link', namespace, name: link, up: true },
    ...defaultRoute('add-route', endpoint, namespace, 4),
    ...defaultRoute('add-route', endpoint, namespace, 6),
    // Once the other end is up too. The port first: the bridge has a carrier by it.
    { do: 'settle-link', name },
    { do: 'settle-link', name: bridge },
  ];
}

/** Done before anybody waits. */
export function prepareSteps(endpoint: string, namespace: string): Step[] {
  const { link, mtu } = prepared;
  return [
    { do: 'add-namespace', path: namespace },
    {
      do: 'add-veth',
      name: portName(endpoint),
      mtu,
      peer: { namespace, name: link, mac: '02:42:00:00:00:01', ipv6: false },
    },
  ];
}

/** Ports of our bridges whose endpoints we know nothing of, and those of `gone`, on a bridge already or not yet. */
export function strayPorts(
  state: NetworkState,
  bridges: ReadonlySet<string>,
  { known, gone }: { readonly known: ReadonlySet<string>; readonly gone: ReadonlySet<string> },
): Step[] {
  const stray = (name: string, master: string | null): boolean =>
    gone.has(name) || (master !== null && bridges.has(master));
  return state.links
    .filter(({ kind, master, name }) => kind === 'veth' && !known.has(name) && stray(name, master))
    .map(({ name }) => ({ do: 'delete-link', namespace: null, name }));
}
