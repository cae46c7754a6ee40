import { parseAddress } from '../../kit/ip/address.ts';
import { contains, parseCidr } from '../../kit/ip/cidr.ts';

export interface IpamConfig {
  readonly Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

export interface IpamFlags {
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  readonly auxiliary: ReadonlyMap<string, string>;
}

/** True where `data`, an address or a prefix, begins inside of `subnet`. */
function subnetContains(subnet: string, data: string): boolean {
  const outer = parseCidr(subnet);
  if (outer === null) throw new Error(`invalid subnet: invalid CIDR address: ${subnet}`);
  const address = parseAddress(data) ?? parseCidr(data)?.address;
  if (address === undefined) throw new Error(`invalid address: ${data}`);
  return contains(outer, address);
}

/** Puts each range, gateway and auxiliary address to the subnet that holds it. Throws with Docker's words. */
export function ipamConfig(flags: IpamFlags): IpamConfig[] {
  const { subnets } = flags;
  if (subnets.length < flags.ranges.length || subnets.length < flags.gateways.length)
    throw new Error('every ip-range or gateway must have a corresponding subnet');
  const made: IpamConfig[] = [];
  for (const subnet of subnets) {
    if (made.some((other) => subnetContains(subnet, other.Subnet) || subnetContains(other.Subnet, subnet)))
      throw new Error('multiple overlapping subnet configuration is not supported');
    made.push({ Subnet: subnet });
  }
  for (const range of flags.ranges) {
    const own = made.filter((config) => subnetContains(config.Subnet, range));
    if (own.length === 0) throw new Error(`no matching subnet for range ${range}`);
    for (const config of own) {
      if (config.IPRange !== undefined)
        throw new Error(
          `cannot configure multiple ranges (${range}, ${config.IPRange}) on the same subnet (${config.Subnet})`,
        );
      config.IPRange = range;
    }
  }
  for (const gateway of flags.gateways) {
    const own = made.filter((config) => subnetContains(config.Subnet, gateway));
    if (own.length === 0) throw new Error(`no matching subnet for gateway ${gateway}`);
    for (const config of own) {
      if (config.Gateway !== undefined)
        throw new Error(
          `cannot configure multiple gateways (${gateway}, ${config.Gateway}) for the same subnet (${config.Subnet})`,
        );
      config.Gateway = gateway;
    }
  }
  for (const [name, address] of flags.auxiliary) {
    if (address === '') continue;
    if (parseAddress(address) === null)
      throw new Error(`ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
    const own = made.filter((config) => subnetContains(config.Subnet, address));
    if (own.length === 0) throw new Error(`no matching subnet for aux-address ${address}`);
    for (const config of own) config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
  }
  return made;
}
