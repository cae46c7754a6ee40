import type { IpamDriver } from '../../drivers/ipam/contract.ts';
import type { NetworkStatus, SubnetStatus } from '../../wire/generated/engine-api.ts';
import type { NetworkRecord } from './records.ts';

/** Clients read whole numbers of 64 bits, JSON here has 53: who has more addresses than that lacks none. */
const counted = (count: bigint): number =>
  count > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(count);

/** How much of a network's addresses is in use, by subnet. */
export async function showUsage(
  ipam: IpamDriver,
  { subnets }: Pick<NetworkRecord, 'subnets'>,
): Promise<NetworkStatus> {
  const shown: Record<string, SubnetStatus> = {};
  for (const { subnet } of subnets) {
    const { inUse, available } = await ipam.usage(subnet);
    shown[subnet] = { IPsInUse: counted(inUse), DynamicIPsAvailable: counted(available) };
  }
  return { IPAM: { Subnets: shown } };
}
