/** A network's address pools: taken at create, taken again at start, given back at remove. */
import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import { internal, messageOf } from '../../errors/minke-error.ts';
import { formatCidr, networkOf, parseCidr } from '../../kit/ip/cidr.ts';
import type { ConfigRow, NetworkRecord, SubnetRecord } from './records.ts';

const versionOf = (subnet: string): 4 | 6 => (subnet.includes(':') ? 6 : 4);
const any: ConfigRow = { subnet: null, range: null, gateway: null, auxiliary: {} };

const canonical = (subnet: string): string => {
  const cidr = parseCidr(subnet);
  return cidr === null ? subnet : formatCidr(networkOf(cidr));
};

async function takeSubnet(
  ipam: IpamDriver,
  version: 4 | 6,
  row: ConfigRow,
  avoid: readonly string[],
): Promise<SubnetRecord> {
  const wanted = row.subnet === null ? null : canonical(row.subnet);
  const subnet = await ipam.requestPool({ version, subnet: wanted, range: row.range, avoid });
  try {
    const gateway = await ipam.requestAddress(subnet, row.gateway);
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

/** All or nothing. @param avoid subnets that the host uses */
export async function takeSubnets(
  ipam: IpamDriver,
  { enableIPv4, enableIPv6, ipam: { config } }: NetworkRecord,
  avoid: readonly string[],
): Promise<SubnetRecord[]> {
  const taken: SubnetRecord[] = [];
  const versions: (4 | 6)[] = [...(enableIPv4 ? [4 as const] : []), ...(enableIPv6 ? [6 as const] : [])];
  try {
    for (const version of versions) {
      const rows = config.filter(({ subnet }) => subnet !== null && versionOf(subnet) === version);
      for (const row of rows.length === 0 ? [any] : rows) {
        taken.push(await takeSubnet(ipam, version, row, avoid));
      }
    }
    return taken;
  } catch (error) {
    await giveSubnets(ipam, taken);
    throw error;
  }
}

/** At start: the very ones of the record. */
export async function retakeSubnets(ipam: IpamDriver, { subnets }: NetworkRecord): Promise<void> {
  for (const { version, subnet, range, gateway, auxiliary } of subnets) {
    await takeSubnet(ipam, version, { subnet, range, gateway, auxiliary }, []);
  }
}

export async function giveSubnets(ipam: IpamDriver, subnets: readonly SubnetRecord[]): Promise<void> {
  for (const { subnet } of subnets) await ipam.releasePool(subnet);
}
