/** A network's address pools: taken at create, taken again at start, given back at remove. */
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { Gateways } from '../../drivers/network/contract.ts';
import { internal, messageOf } from '../../errors/minke-error.ts';
import { parseAddress, versionOf } from '../../kit/ip/address.ts';
import { contains, formatCidr, networkOf, parseCidr } from '../../kit/ip/cidr.ts';
import type { ConfigRow, NetworkRecord, SubnetRecord } from './records.ts';

/** The engine picks. */
const anySubnet: ConfigRow = { subnet: null, range: null, gateway: null, auxiliary: {} };

const canonical = (subnet: string): string => {
  const cidr = parseCidr(subnet);
  return cidr === null ? subnet : formatCidr(networkOf(cidr));
};

/** The subnet to which an address belongs. */
export function homeOf(subnets: readonly SubnetRecord[], text: string | null): SubnetRecord | undefined {
  const address = text === null ? null : parseAddress(text);
  if (address === null) return undefined;
  return subnets.find(({ subnet }) => {
    const cidr = parseCidr(subnet);
    return cidr !== null && contains(cidr, address);
  });
}

async function takeSubnet(
  ipam: IpamDriver,
  version: 4 | 6,
  row: ConfigRow,
  { avoid, gateways }: Terms,
): Promise<SubnetRecord> {
  const wanted = row.subnet === null ? null : canonical(row.subnet);
  const subnet = await ipam.requestPool({ version, subnet: wanted, range: row.range, avoid });
  try {
    const wantsGateway = row.gateway !== null || (version === 4 ? gateways.ipv4 : gateways.ipv6);
    const gateway = wantsGateway
      ? await ipam.requestAddress(subnet, row.gateway).catch((error: unknown) => {
          throw internal(`failed to allocate gateway (${row.gateway ?? ''}): ${messageOf(error)}`, error);
        })
      : null;
    for (const [name, address] of Object.entries(row.auxiliary)) {
      await ipam.requestAddress(subnet, address).catch((error: unknown) => {
        throw internal(
          `failed to allocate secondary ip address (${name}:${address}): ${messageOf(error)}`,
          error,
        );
      });
    }
    const { range, auxiliary } = row;
    return { version, subnet, range, gateway, auxiliary, configured: row.subnet !== null };
  } catch (error) {
    await ipam.releasePool(subnet);
    throw error;
  }
}

export interface Terms {
  /** Subnets that the host uses. */
  readonly avoid: readonly string[];
  readonly gateways: Gateways;
}

/** All or nothing. */
export async function takeSubnets(
  ipam: IpamDriver,
  { enableIPv4, enableIPv6, ipam: { config } }: NetworkRecord,
  terms: Terms,
): Promise<SubnetRecord[]> {
  const taken: SubnetRecord[] = [];
  const versions: (4 | 6)[] = [...(enableIPv4 ? [4 as const] : []), ...(enableIPv6 ? [6 as const] : [])];
  try {
    for (const version of versions) {
      const rows = config.filter(({ subnet }) => subnet !== null && versionOf(subnet) === version);
      for (const row of rows.length === 0 ? [anySubnet] : rows) {
        taken.push(await takeSubnet(ipam, version, row, terms));
      }
    }
    return taken;
  } catch (error) {
    await giveSubnets(ipam, taken);
    throw error;
  }
}

const asRecorded: Terms = { avoid: [], gateways: { ipv4: false, ipv6: false } };

/** At start: the very ones of the record. */
export async function retakeSubnets(ipam: IpamDriver, { subnets }: NetworkRecord): Promise<void> {
  for (const { version, subnet, range, gateway, auxiliary } of subnets) {
    await takeSubnet(ipam, version, { subnet, range, gateway, auxiliary }, asRecorded);
  }
}

export async function giveSubnets(ipam: IpamDriver, subnets: readonly SubnetRecord[]): Promise<void> {
  for (const { subnet } of subnets) await ipam.releasePool(subnet);
}
