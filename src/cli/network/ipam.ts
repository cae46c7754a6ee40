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

function holders(made: readonly IpamConfig[], data: string, what: string): IpamConfig[] {
  const found = made.filter(({ Subnet }) => subnetContains(Subnet, data));
  if (found.length === 0) throw new Error(`no matching subnet for ${what} ${data}`);
  return found;
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
    for (const config of holders(made, range, 'range')) {
      const { IPRange: other, Subnet: subnet } = config;
      if (other !== undefined)
        throw new Error(
          `cannot configure multiple ranges (${range}, ${other}) on the same subnet (${subnet})`,
        );
      config.IPRange = range;
    }
  }
  for (const gateway of flags.gateways) {
    for (const config of holders(made, gateway, 'gateway')) {
      const { Gateway: other, Subnet: subnet } = config;
      if (other !== undefined)
        throw new Error(
          `cannot configure multiple gateways (${gateway}, ${other}) for the same subnet (${subnet})`,
        );
      config.Gateway = gateway;
    }
  }
  for (const [name, address] of flags.auxiliary) {
    if (address === '') continue;
    if (parseAddress(address) === null)
      throw new Error(`ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
    for (const config of holders(made, address, 'aux-address'))
      config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
  }
  return made;
}
