/**
 * All rules for all bridge networks and their endpoints, as tables of nf_tables. They let pass and stop what those of
 * `../iptables/rules.ts` do; where an administrator's own rules go is a table of his own, before or behind ours.
 */
import type { NftChain, NftFamily, NftTable } from '../../../../../host/firewall/nftables/contract.ts';
import { versionOf } from '../../../../../kit/ip/address.ts';
import type { EndpointFacts, IpVersion, PublishedPort } from '../../../contract.ts';
import type { BridgeNetwork } from '../../options.ts';
import { isLoopback, type RuleInput } from '../contract.ts';

interface Version {
  readonly version: IpVersion;
  readonly family: NftFamily;
  readonly loopback: string;
  readonly any: string;
  readonly icmp: string;
}

const versions: readonly Version[] = [
  { version: 4, family: 'ip', loopback: '127.0.0.0/8', any: '0.0.0.0', icmp: 'icmp' },
  { version: 6, family: 'ip6', loopback: '::1', any: '::', icmp: 'ipv6-icmp' },
];

const chain = {
  forward: 'filter-forward',
  isolation: 'filter-isolation',
  direct: 'raw-direct',
  raw: 'raw-prerouting',
  prerouting: 'nat-prerouting',
  output: 'nat-output',
  postrouting: 'nat-postrouting',
  ports: 'nat-ports',
  rest: 'filter-rest',
} as const;

/** Holds a rule where the host forwards nothing but what is for containers. */
export const restChain = chain.rest;

const toNetwork = ({ id }: BridgeNetwork): string => `to-${id.slice(0, 12)}`;
const quoted = (name: string): string => `"${name}"`;
const setOf = (names: readonly string[]): string => `{ ${names.map(quoted).join(', ')} }`;
const established = 'ct state established,related accept';

/** One IP version's share of the input. */
interface Share extends Version {
  readonly input: RuleInput;
  readonly open: readonly BridgeNetwork[];
  readonly closed: readonly BridgeNetwork[];
  readonly subnetOf: (network: BridgeNetwork) => string;
  readonly endpointsOf: (network: BridgeNetwork) => readonly Addressed[];
}

interface Addressed {
  readonly endpoint: EndpointFacts;
  readonly address: string;
}

function shareOf(version: Version, input: RuleInput): Share {
  const subnet = ({ subnets }: BridgeNetwork): string | undefined =>
    subnets.find((each) => each.version === version.version)?.subnet;
  const networks = input.networks.filter((network) => subnet(network) !== undefined);
  return {
    ...version,
    input,
    open: networks.filter(({ internal }) => !internal),
    closed: networks.filter(({ internal }) => internal),
    subnetOf: (network) => subnet(network) ?? '',
    endpointsOf: ({ id }) =>
      input.endpoints.flatMap((endpoint) => {
        const address = version.version === 4 ? endpoint.ipv4 : endpoint.ipv6;
        return endpoint.network === id && address !== null ? [{ endpoint, address }] : [];
      }),
  };
}

function forwardRules({ open, closed, family, version, subnetOf }: Share): string[] {
  const names = open.map(({ bridge }) => bridge);
  const routed = open.filter(({ mode }) => mode[version] === 'routed').map(({ bridge }) => bridge);
  const all = [...names, ...closed.map(({ bridge }) => bridge)];
  return [
    ...(names.length > 0 ? [`oifname ${setOf(names)} ${established}`] : []),
    ...closed.flatMap((network) => {
      const bridge = quoted(network.bridge);
      // Who looks for a neighbour in IPv6 asks a multicast address, and that passes here where bridged packets do.
      const [out, into] = version === 6 ? [`oifname != ${bridge} `, `iifname != ${bridge} `] : ['', ''];
      return [
        `${into}oifname ${bridge} ${family} saddr != ${subnetOf(network)} drop`,
        `iifname ${bridge} ${out}${family} daddr != ${subnetOf(network)} drop`,
      ];
    }),
    ...(routed.length > 0 ? [`iifname ${setOf(routed)} ${established}`] : []),
    ...open.map(
      ({ bridge }) => `iifname ${quoted(bridge)} oifname != ${quoted(bridge)} jump ${chain.isolation}`,
    ),
    ...open.map((network) => `oifname ${quoted(network.bridge)} jump ${toNetwork(network)}`),
    ...[...open, ...closed].map(({ bridge, icc }) => {
      const within = `iifname ${quoted(bridge)} oifname ${quoted(bridge)}`;
      return `${within} ${icc ? 'accept' : 'drop'}`;
    }),
    ...(names.length > 0 ? [`iifname ${setOf(names)} accept`] : []),
    all.length === 0
      ? `jump ${chain.rest}`
      : `iifname != ${setOf(all)} oifname != ${setOf(all)} jump ${chain.rest}`,
  ];
}

/** Where a container's open ports are reached from other interfaces. */
function networkChain(share: Share, network: BridgeNetwork): NftChain {
  const { family, icmp, version } = share;
  const mode = network.mode[version];
  const outside = `iifname != ${quoted(network.bridge)}`;
  const rules = new Set<string>();
  if (mode === 'routed') rules.add(`meta l4proto ${icmp} accept`);
  for (const { endpoint, address } of share.endpointsOf(network)) {
    for (const { hostIp, proto, containerPort } of endpoint.ports) {
      if (versionOf(hostIp) !== version) continue;
      rules.add(`${outside} ${family} daddr ${address} ${proto} dport ${containerPort} accept`);
    }
    if (network.icc) continue;
    for (const { peer, proto, port } of endpoint.links) {
      if (versionOf(peer) !== version) continue;
      rules.add(`${family} saddr ${address} ${family} daddr ${peer} ${proto} dport ${port} accept`);
      rules.add(`${family} saddr ${peer} ${family} daddr ${address} ${proto} sport ${port} accept`);
    }
  }
  rules.add(`${outside} ${mode === 'nat-unprotected' ? 'accept' : 'drop'}`);
  return { name: toNetwork(network), hook: null, rules: [...rules] };
}

/** Nobody gets from one of our bridges to another, but to those that are routed. */
function isolationRules({ open, version }: Share): string[] {
  const apart = open.filter(({ mode }) => mode[version] !== 'routed').map(({ bridge }) => bridge);
  return apart.length === 0 ? [] : [`oifname ${setOf(apart)} drop`];
}

/** Ports that have a number at the host, with the address that they lead to. */
function publishedPorts(share: Share): { network: BridgeNetwork; address: string; port: PublishedPort }[] {
  return share.open.flatMap((network) =>
    share
      .endpointsOf(network)
      .flatMap(({ endpoint, address }) =>
        endpoint.ports
          .filter(({ hostIp, hostPort }) => hostPort !== 0 && versionOf(hostIp) === share.version)
          .map((port) => ({ network, address, port })),
      ),
  );
}

function portRules(share: Share): string[] {
  const { family, any, open, input, version } = share;
  const { userlandProxy } = input;
  const ports = publishedPorts(share).map(({ network, address, port }) => {
    const { proto, hostIp, hostPort, containerPort } = port;
    return [
      // Link-local peers can't be answered from behind a translation.
      version === 6 && userlandProxy ? 'ip6 saddr != fe80::/10' : '',
      hostIp === any ? '' : `${family} daddr ${hostIp}`,
      userlandProxy ? `iifname != ${quoted(network.bridge)}` : '',
      `${proto} dport ${hostPort} dnat to ${version === 6 ? `[${address}]` : address}:${containerPort}`,
    ]
      .filter((part) => part !== '')
      .join(' ');
  });
  const names = open.map(({ bridge }) => bridge);
  // Containers reach published ports through the proxy.
  const around = userlandProxy && names.length > 0 ? [`iifname ${setOf(names)} return`] : [];
  return [...new Set([...around, ...ports])];
}

function translationRules(share: Share): string[] {
  const { family, open, version, input, subnetOf } = share;
  const rules: string[] = [];
  for (const network of open) {
    const bridge = quoted(network.bridge);
    const mode = network.mode[version];
    const source = network.source[version];
    const behind = source === null ? 'masquerade' : `snat to ${source}`;
    if (network.masquerade && (mode === 'nat' || mode === 'nat-unprotected')) {
      rules.push(`oifname != ${bridge} ${family} saddr ${subnetOf(network)} ${behind}`);
    }
    if (!input.userlandProxy) rules.push(`oifname ${bridge} fib saddr type local ${behind}`);
  }
  if (input.userlandProxy) return rules;
  const hairpins = publishedPorts(share).map(
    ({ address, port: { proto, containerPort } }) =>
      `${family} saddr ${address} ${family} daddr ${address} ${proto} dport ${containerPort} masquerade`,
  );
  return [...rules, ...new Set(hairpins)];
}

/** Neighbours of the host don't reach container addresses, nor ports that are published on loopback. */
function rawRules(share: Share): string[] {
  const { family, open, closed, version, input, subnetOf } = share;
  const shut = open.filter(
    ({ mode }) => ['nat', 'isolated'].includes(mode[version]) && !input.allowDirectRouting,
  );
  const loopback = publishedPorts(share).filter(({ port }) => isLoopback(port.hostIp));
  return [
    ...[...shut, ...closed].map(
      (network) =>
        `iifname != ${quoted(network.bridge)} ${family} daddr ${subnetOf(network)} jump ${chain.direct}`,
    ),
    ...new Set(
      loopback.map(
        ({ port: { proto, hostIp, hostPort } }) =>
          `iifname != "lo" ${family} daddr ${hostIp} ${proto} dport ${hostPort} drop`,
      ),
    ),
  ];
}

function directRules({ open, closed, family, subnetOf }: Share): string[] {
  const names = [...open, ...closed].map(({ bridge }) => bridge);
  // The host's own address in a network is reached from our other ones, as `host-gateway` needs.
  const ours = names.length === 0 ? [] : [`iifname ${setOf(names)} fib daddr type local return`];
  const trusted = open
    .filter((network) => network.trusted.length > 0)
    .map((network) => `iifname ${setOf(network.trusted)} ${family} daddr ${subnetOf(network)} return`);
  return ['iifname "lo" return', ...ours, ...trusted, 'drop'];
}

function tableOf(share: Share, dropRest: boolean): NftTable {
  const { family, loopback, input } = share;
  const local = `fib daddr type local jump ${chain.ports}`;
  const plain = (name: string, rules: readonly string[]): NftChain => ({ name, hook: null, rules });
  return {
    family,
    chains: [
      plain(chain.isolation, isolationRules(share)),
      plain(chain.direct, directRules(share)),
      plain(chain.ports, portRules(share)),
      plain(chain.rest, dropRest ? ['drop'] : []),
      ...share.open.map((network) => networkChain(share, network)),
      {
        name: chain.forward,
        hook: { type: 'filter', hook: 'forward', priority: 'filter' },
        rules: forwardRules(share),
      },
      {
        name: chain.raw,
        hook: { type: 'filter', hook: 'prerouting', priority: 'raw' },
        rules: rawRules(share),
      },
      {
        name: chain.prerouting,
        hook: { type: 'nat', hook: 'prerouting', priority: 'dstnat' },
        rules: [local],
      },
      {
        name: chain.output,
        hook: { type: 'nat', hook: 'output', priority: -100 },
        rules: [input.userlandProxy ? `${family} daddr != ${loopback} ${local}` : local],
      },
      {
        name: chain.postrouting,
        hook: { type: 'nat', hook: 'postrouting', priority: 'srcnat' },
        rules: translationRules(share),
      },
    ],
  };
}

/** @param dropRest versions for which the host forwards nothing but what is for containers */
export const tables = (input: RuleInput, dropRest: ReadonlySet<IpVersion>): NftTable[] =>
  versions.map((version) => tableOf(shareOf(version, input), dropRest.has(version.version)));
