/** A container's place in one network: name of the interface, addresses. */
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import { invalid, isKind, notFound } from '../../errors/minke-error.ts';
import { addressBytes, formatAddress, parseAddress, versionOf } from '../../kit/ip/address.ts';
import { cidrOf, contains } from '../../kit/ip/cidr.ts';
import type { EndpointRequest } from './contract.ts';
import type { EndpointRecord, NetworkRecord } from './records.ts';
import { homeOf } from './subnets.ts';

const ifnameOption = 'com.docker.network.endpoint.ifname';
/** RFC 3927, RFC 4291. */
const linkLocalRange = { 4: cidrOf('169.254.0.0/16'), 6: cidrOf('fe80::/10') } as const;

/** In one spelling, each once. Throws `invalid` in Docker's words for an address that is no link-local one. */
function linkLocalOf(addresses: readonly string[], withoutIPv6: boolean): string[] {
  const checked = addresses.map((text) => {
    const address = parseAddress(text);
    if (address === null || !contains(linkLocalRange[address.version], address)) {
      throw invalid(`invalid link local IP address: ${text}`);
    }
    return formatAddress(address);
  });
  return [...new Set(checked)].filter((text) => !withoutIPv6 || versionOf(text) === 4);
}

/** Locally administered, from the IPv4 address: who takes an address over is known to its neighbours already. */
function macFor(ipv4: string | null, id: string): string {
  const address = ipv4 === null ? null : parseAddress(ipv4);
  const tail = address === null ? Buffer.from(id.slice(0, 8), 'hex') : addressBytes(address);
  return ['02', '42', ...Array.from(tail, (byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

function linkName(request: EndpointRequest, prefix: string, taken: readonly string[]): string {
  const wish = request.driverOpts[ifnameOption];
  if (wish !== undefined && wish !== '') {
    if (!/^[^\s/:.]{1,15}$/.test(wish) || wish === 'lo')
      throw invalid(`invalid interface name ${JSON.stringify(wish)}`);
    if (taken.includes(wish)) throw invalid(`interface name ${wish} is used twice`);
    return wish;
  }
  for (let number = 0; ; number += 1) if (!taken.includes(`${prefix}${number}`)) return `${prefix}${number}`;
}

/** From the subnet in which the wish lies, else from the first that has one left. */
async function takeAddress(
  ipam: IpamDriver,
  network: NetworkRecord,
  version: 4 | 6,
  wish: string | null,
): Promise<string | null> {
  const all = network.subnets.filter((subnet) => subnet.version === version);
  if (all.length === 0) return null;
  const home = homeOf(all, wish);
  for (const { subnet } of home === undefined ? all : [home]) {
    try {
      return await ipam.requestAddress(subnet, wish);
    } catch (error) {
      if (!isKind(error, 'not-found')) throw error;
    }
  }
  throw notFound(
    `no available IPv${version} addresses on this network's address pools: ${network.name} (${network.id})`,
  );
}

const wishOf = (text: string | undefined): string | null => {
  const address = parseAddress(text ?? '');
  return address === null ? null : formatAddress(address);
};

/** Takes addresses, all or nothing. */
export async function takeEndpoint(
  ipam: IpamDriver,
  network: NetworkRecord,
  request: EndpointRequest,
  options: {
    readonly id: string;
    /** False: no interface is made. */
    readonly attaches: boolean;
    /** False: the interface has its parent's address. */
    readonly ownMac: boolean;
    readonly linkPrefix: string;
    readonly takenLinks: readonly string[];
    readonly withoutIPv6: boolean;
  },
): Promise<EndpointRecord> {
  const { id } = options;
  const link = options.attaches ? linkName(request, options.linkPrefix, options.takenLinks) : '';
  const wish = { ipv4: wishOf(request.ipv4), ipv6: wishOf(request.ipv6) };
  if (options.attaches && !options.ownMac && (request.macAddress ?? '') !== '') {
    throw invalid(`${network.driver} interfaces do not support custom mac address assignment`);
  }
  const linkLocal = linkLocalOf(options.attaches ? (request.linkLocal ?? []) : [], options.withoutIPv6);
  const ipv4 = await takeAddress(ipam, network, 4, wish.ipv4);
  let ipv6: string | null;
  try {
    ipv6 = options.withoutIPv6 ? null : await takeAddress(ipam, network, 6, wish.ipv6);
  } catch (error) {
    await give(ipam, network, [ipv4]);
    throw error;
  }
  const { macAddress = '', aliases, links, driverOpts, gwPriority } = request;
  return {
    id,
    network: network.id,
    link,
    mac: options.attaches && options.ownMac ? macAddress.toLowerCase() || macFor(ipv4, id) : '',
    ipv4,
    ipv6,
    linkLocal,
    wish,
    aliases: [...aliases],
    links: [...links],
    driverOpts: { ...driverOpts },
    gwPriority,
    pending: false,
  };
}

/** At start: the very addresses of the record. */
export async function retakeEndpoint(
  ipam: IpamDriver,
  { subnets }: NetworkRecord,
  { ipv4, ipv6 }: EndpointRecord,
): Promise<void> {
  for (const address of [ipv4, ipv6]) {
    const home = homeOf(subnets, address);
    if (home !== undefined) await ipam.requestAddress(home.subnet, address);
  }
}

async function give(
  ipam: IpamDriver,
  { subnets }: NetworkRecord,
  addresses: readonly (string | null)[],
): Promise<void> {
  for (const address of addresses) {
    const home = homeOf(subnets, address);
    if (home !== undefined && address !== null) await ipam.releaseAddress(home.subnet, address);
  }
}

export const giveEndpoint = (
  ipam: IpamDriver,
  network: NetworkRecord,
  { ipv4, ipv6 }: EndpointRecord,
): Promise<void> => give(ipam, network, [ipv4, ipv6]);
