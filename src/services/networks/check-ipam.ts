/** `IPAM.Config` of a new network, checked and in order. */
import { invalid } from '../../errors/minke-error.ts';
import { formatAddress, parseAddress } from '../../kit/ip/address.ts';
import {
  type Cidr,
  cidrOf,
  contains,
  covers,
  formatCidr,
  networkOf,
  overlaps,
  parseCidr,
} from '../../kit/ip/cidr.ts';
import type { NetworkCreate } from './contract.ts';
import type { ConfigRow } from './records.ts';

type Asked = NetworkCreate['ipam']['config'][number];

const canonical = (cidr: Cidr): boolean => networkOf(cidr).address.value === cidr.address.value;

/** Where no interface can have an address. */
const unusable: readonly { readonly range: Cidr; readonly why: string }[] = [
  { range: cidrOf('ff00::/8'), why: 'multicast addresses are in it' },
  { range: cidrOf('::/96'), why: 'the unspecified and the loopback address are in it' },
  { range: cidrOf('::ffff:0:0/96'), why: 'IPv4-mapped addresses are in it' },
];

function checkRow(row: Asked, problems: string[]): Cidr | null {
  const { subnet: text = '', ipRange, gateway, auxAddresses = {} } = row;
  const subnet = parseCidr(text);
  if (subnet === null) {
    problems.push(`invalid subnet ${text}: invalid CIDR block notation`);
    return null;
  }
  if (!canonical(subnet)) {
    problems.push(`invalid subnet ${text}: it should be ${formatCidr(networkOf(subnet))}`);
  }
  const bad = unusable.find(({ range }) => overlaps(range, subnet));
  if (bad !== undefined) problems.push(`invalid subnet ${text}: ${bad.why}`);
  const parent = `parent subnet ${formatCidr(networkOf(subnet))}`;
  if (ipRange !== undefined) {
    const range = parseCidr(ipRange);
    if (range === null) problems.push(`invalid ip-range ${ipRange}: invalid CIDR block notation`);
    else if (!canonical(range)) {
      problems.push(`invalid ip-range ${ipRange}: it should be ${formatCidr(networkOf(range))}`);
    } else if (range.prefix < subnet.prefix) {
      problems.push(`invalid ip-range ${ipRange}: CIDR block is bigger than its ${parent}`);
    } else if (!covers(subnet, range)) {
      problems.push(`invalid ip-range ${ipRange}: ${parent} doesn't contain ip-range`);
    }
  }
  const check = (name: string, shown: string, address: string): void => {
    const parsed = parseAddress(address);
    if (parsed === null) problems.push(`invalid ${name} ${shown}: invalid address`);
    else if (!contains(subnet, parsed)) {
      problems.push(`invalid ${name} ${shown}: ${parent} doesn't contain this address`);
    }
  };
  if (gateway !== undefined) check('gateway', gateway, gateway);
  for (const [name, address] of Object.entries(auxAddresses)) check('auxiliary address', name, address);
  return subnet;
}

const normal = (address: string): string => {
  const parsed = parseAddress(address);
  return parsed === null ? address : formatAddress(parsed);
};

/** Throws `invalid` "invalid network config:" with all that is wrong. */
export function checkIpam(rows: readonly Asked[]): ConfigRow[] {
  const problems: string[] = [];
  const subnets: Cidr[] = [];
  for (const row of rows) {
    const subnet = checkRow(row, problems);
    if (subnet === null) continue;
    if (subnets.some((other) => overlaps(other, subnet))) {
      problems.push(`invalid subnet ${row.subnet}: it overlaps with another one of this network`);
    }
    subnets.push(subnet);
  }
  if (problems.length === 1) throw invalid(`invalid network config:\n${problems[0]}`);
  if (problems.length > 1) {
    throw invalid(`invalid network config:\n${problems.map((problem) => `* ${problem}`).join('\n')}`);
  }
  return rows.map(({ subnet, ipRange, gateway, auxAddresses = {} }) => ({
    subnet: subnet ?? null,
    range: ipRange ?? null,
    gateway: gateway === undefined ? null : normal(gateway),
    auxiliary: Object.fromEntries(Object.entries(auxAddresses).map(([name, to]) => [name, normal(to)])),
  }));
}
