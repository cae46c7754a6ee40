/**
 * All rules of the packet filter for all bridge networks and their endpoints, as data: one function states them, so
 * that a repair after somebody flushed the tables is the same as the first start.
 *
 * Chains are Docker's (28.x), so that what people wrote for them (DOCKER-USER above all) works. One difference:
 * packets from elsewhere to addresses of a bridge's subnet are dropped by one rule a network in `raw`, not by one a
 * container; so a container without published ports costs no run of iptables.
 */
import type { Chain, Family, Rule, RuleSet, Table } from '../../../../../host/firewall/contract.ts';
import { versionOf } from '../../../../../kit/ip/address.ts';
import type { EndpointFacts, IpVersion, PublishedPort } from '../../../contract.ts';
import type { BridgeNetwork } from '../../options.ts';
import { isLoopback, type RuleInput } from '../contract.ts';

interface Version {
  readonly version: IpVersion;
  readonly family: Family;
  readonly loopback: string;
  readonly any: string;
  readonly icmp: string;
  /** Prefix length of a single address. */
  readonly single: number;
}

const ipv4: Version = {
  version: 4,
  family: 'ipv4',
  loopback: '127.0.0.0/8',
  any: '0.0.0.0',
  icmp: 'icmp',
  single: 32,
};
const ipv6: Version = {
  version: 6,
  family: 'ipv6',
  loopback: '::1/128',
  any: '::',
  icmp: 'ipv6-icmp',
  single: 128,
};

/** Traffic from elsewhere that is addressed to a bridge's subnet. */
const directChain = 'DOCKER-DIRECT';

const chainNames: readonly [Table, string][] = [
  ['filter', 'DOCKER'],
  ['filter', 'DOCKER-BRIDGE'],
  ['filter', 'DOCKER-CT'],
  ['filter', 'DOCKER-FORWARD'],
  ['filter', 'DOCKER-ISOLATION-STAGE-1'],
  ['filter', 'DOCKER-ISOLATION-STAGE-2'],
  ['filter', 'DOCKER-USER'],
  ['nat', 'DOCKER'],
  ['raw', directChain],
];

const established = '-m conntrack --ctstate RELATED,ESTABLISHED';

type Place = Rule['place'];
type Put = (table: Table, chain: string, args: string, place?: Place) => void;

/** The jumps that all networks share. */
function base(put: Put, { loopback }: Version, { userlandProxy }: RuleInput): void {
  put('filter', 'FORWARD', '-j DOCKER-USER', 'top');
  put('filter', 'FORWARD', '-j DOCKER-FORWARD', 'top');
  put('filter', 'DOCKER-FORWARD', '-j DOCKER-CT', 'top');
  put('filter', 'DOCKER-FORWARD', '-j DOCKER-ISOLATION-STAGE-1', 'top');
  put('filter', 'DOCKER-FORWARD', '-j DOCKER-BRIDGE', 'top');
  put('nat', 'PREROUTING', '-m addrtype --dst-type LOCAL -j DOCKER');
  const own = userlandProxy ? `! -d ${loopback} ` : '';
  put('nat', 'OUTPUT', `${own}-m addrtype --dst-type LOCAL -j DOCKER`);
  put('raw', directChain, '-i lo -j RETURN', 'top');
  put('raw', directChain, '-j DROP');
}

function internalNetwork(
  put: Put,
  { bridge, icc }: BridgeNetwork,
  { version }: Version,
  subnets: readonly string[],
): void {
  // Who looks for a neighbour in IPv6 asks a multicast address, and that passes here where bridged packets are filtered.
  const [out, into] = version === 6 ? [` ! -o ${bridge}`, ` ! -i ${bridge}`] : ['', ''];
  put('filter', 'DOCKER-FORWARD', `-i ${bridge} -o ${bridge} -j ${icc ? 'ACCEPT' : 'DROP'}`);
  for (const subnet of subnets) {
    put('filter', 'DOCKER-ISOLATION-STAGE-1', `! -s ${subnet}${into} -o ${bridge} -j DROP`, 'top');
    put('filter', 'DOCKER-ISOLATION-STAGE-1', `! -d ${subnet} -i ${bridge}${out} -j DROP`, 'top');
  }
}

function openNetwork(put: Put, network: BridgeNetwork, { icmp, version }: Version): void {
  const { bridge, icc } = network;
  const mode = network.mode[version];
  if (mode === 'routed') {
    put('filter', 'DOCKER', `-o ${bridge} -p ${icmp} -j ACCEPT`);
    put('filter', 'DOCKER-ISOLATION-STAGE-1', `-i ${bridge} ${established} -j ACCEPT`, 'top');
    put('filter', 'DOCKER-ISOLATION-STAGE-1', `-o ${bridge} -j RETURN`, 'top');
  }
  put('filter', 'DOCKER', `! -i ${bridge} -o ${bridge} -j ${mode === 'nat-unprotected' ? 'ACCEPT' : 'DROP'}`);
  put('filter', 'DOCKER-BRIDGE', `-o ${bridge} -j DOCKER`);
  put('filter', 'DOCKER-CT', `-o ${bridge} ${established} -j ACCEPT`);
  if (icc) {
    put('filter', 'DOCKER-FORWARD', `-i ${bridge} -j ACCEPT`);
  } else {
    put('filter', 'DOCKER-FORWARD', `-i ${bridge} -o ${bridge} -j DROP`);
    put('filter', 'DOCKER-FORWARD', `-i ${bridge} ! -o ${bridge} -j ACCEPT`);
  }
  put('filter', 'DOCKER-ISOLATION-STAGE-1', `-i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`);
  put('filter', 'DOCKER-ISOLATION-STAGE-2', `-o ${bridge} -j DROP`, 'top');
}

function translation(put: Put, network: BridgeNetwork, version: Version, input: RuleInput): void {
  const { bridge, masquerade, subnets } = network;
  const mode = network.mode[version.version];
  const source = network.source[version.version];
  const behind = source === null ? 'MASQUERADE' : `SNAT --to-source ${source}`;
  if (masquerade && (mode === 'nat' || mode === 'nat-unprotected')) {
    for (const { subnet } of subnets.filter((each) => each.version === version.version)) {
      put('nat', 'POSTROUTING', `-s ${subnet} ! -o ${bridge} -j ${behind}`, 'top');
    }
  }
  if (input.userlandProxy) put('nat', 'DOCKER', `-i ${bridge} -j RETURN`, 'top');
  else put('nat', 'POSTROUTING', `-o ${bridge} -m addrtype --src-type LOCAL -j ${behind}`, 'top');
}

/** Neighbours of the host don't reach container addresses, and nobody but our bridges the host's address in one. */
function direct(put: Put, network: BridgeNetwork, { version }: Version, input: RuleInput): void {
  const { bridge, subnets } = network;
  put('raw', directChain, `-i ${bridge} -m addrtype --dst-type LOCAL -j RETURN`, 'top');
  const protectedMode = ['nat', 'isolated'].includes(network.mode[version]);
  if (!network.internal && (!protectedMode || input.allowDirectRouting)) return;
  for (const { subnet } of subnets.filter((each) => each.version === version)) {
    if (!network.internal) {
      for (const link of network.trusted) put('raw', directChain, `-d ${subnet} -i ${link} -j RETURN`, 'top');
    }
    put('raw', 'PREROUTING', `-d ${subnet} ! -i ${bridge} -j ${directChain}`);
  }
}

function publishedPort(
  put: Put,
  { bridge }: BridgeNetwork,
  address: string,
  port: PublishedPort,
  version: Version,
  input: RuleInput,
): void {
  const { proto, hostIp, hostPort, containerPort } = port;
  const single = `${address}/${version.single}`;
  const at = (number: number): string => `-p ${proto} -m ${proto} --dport ${number}`;
  put('filter', 'DOCKER', `-d ${single} ! -i ${bridge} -o ${bridge} ${at(containerPort)} -j ACCEPT`, 'top');
  if (hostPort === 0) return;
  const to = hostIp === version.any ? '' : `-d ${hostIp}/${version.single} `;
  // Link-local peers can't be answered from behind a translation.
  const from = version.version === 6 && input.userlandProxy ? '! -s fe80::/10 ' : '';
  const outside = input.userlandProxy ? `! -i ${bridge} ` : '';
  const target = version.version === 6 ? `[${address}]` : address;
  put(
    'nat',
    'DOCKER',
    `${from}${to}${outside}${at(hostPort)} -j DNAT --to-destination ${target}:${containerPort}`,
  );
  if (!input.userlandProxy) {
    put('nat', 'POSTROUTING', `-s ${single} -d ${single} ${at(containerPort)} -j MASQUERADE`);
  }
  if (isLoopback(hostIp)) {
    put('raw', 'PREROUTING', `-d ${hostIp}/${version.single} ! -i lo ${at(hostPort)} -j DROP`);
  }
}

function endpointRules(
  put: Put,
  network: BridgeNetwork,
  endpoint: EndpointFacts,
  version: Version,
  input: RuleInput,
): void {
  const address = version.version === 4 ? endpoint.ipv4 : endpoint.ipv6;
  if (address === null) return;
  for (const port of endpoint.ports) {
    if (versionOf(port.hostIp) === version.version)
      publishedPort(put, network, address, port, version, input);
  }
  const { bridge } = network;
  for (const { peer, proto, port } of endpoint.links) {
    if (network.icc || versionOf(peer) !== version.version) continue;
    const [self, other] = [`${address}/${version.single}`, `${peer}/${version.single}`];
    const inside = `-i ${bridge} -o ${bridge} -p ${proto} -m ${proto}`;
    put('filter', 'DOCKER', `-s ${self} -d ${other} ${inside} --dport ${port} -j ACCEPT`, 'top');
    put('filter', 'DOCKER', `-s ${other} -d ${self} ${inside} --sport ${port} -j ACCEPT`, 'top');
  }
}

function familyRules(version: Version, input: RuleInput): Rule[] {
  const rules = new Map<string, Rule>();
  const put: Put = (table, chain, args, place = 'bottom') => {
    // Two ports of the host may lead to one port of a container.
    const key = `${table} ${chain} ${args}`;
    if (!rules.has(key)) rules.set(key, { family: version.family, table, chain, args, place });
  };
  base(put, version, input);
  const networks = new Map<string, BridgeNetwork>();
  for (const network of input.networks) {
    const subnets = network.subnets.filter((subnet) => subnet.version === version.version);
    if (subnets.length === 0) continue;
    networks.set(network.id, network);
    if (network.internal) {
      internalNetwork(
        put,
        network,
        version,
        subnets.map(({ subnet }) => subnet),
      );
    } else {
      openNetwork(put, network, version);
      translation(put, network, version, input);
    }
    direct(put, network, version, input);
  }
  for (const endpoint of input.endpoints) {
    const network = networks.get(endpoint.network);
    if (network !== undefined && !network.internal) endpointRules(put, network, endpoint, version, input);
  }
  return [...rules.values()];
}

export function statement(input: RuleInput): RuleSet {
  const chains: Chain[] = [ipv4, ipv6].flatMap(({ family }) =>
    chainNames.map(([table, chain]) => ({ family, table, chain })),
  );
  return { chains, rules: [...familyRules(ipv4, input), ...familyRules(ipv6, input)] };
}

/** True for a rule that names one of these bridges: nobody else makes such rules. */
export function namesBridge(bridges: ReadonlySet<string>): (rule: { readonly args: string }) => boolean {
  return ({ args }) => {
    for (const [, name] of args.matchAll(/(?:^| )-[io] (\S+)/g)) {
      if (name !== undefined && bridges.has(name)) return true;
    }
    return false;
  };
}
