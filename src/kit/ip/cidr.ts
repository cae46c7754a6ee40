/** Addresses with a prefix length, and the ranges that they stand for. */
import { formatAddress, type IpAddress, parseAddress, widthOf } from './address.ts';

/** `10.0.0.7/24` as written: host bits are kept. */
export interface Cidr {
  readonly address: IpAddress;
  readonly prefix: number;
}

/** Null for what is no CIDR notation. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/');
  const address = parseAddress(text.slice(0, slash === -1 ? 0 : slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return null;
  const prefix = Number(length);
  return prefix <= widthOf(address.version) ? { address, prefix } : null;
}

/** For text that is known to be CIDR notation. Throws where it is not. */
export function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`invalid CIDR notation: ${text}`);
  return cidr;
}

const hostMask = ({ address, prefix }: Cidr): bigint =>
  (1n << BigInt(widthOf(address.version) - prefix)) - 1n;

/** Lowest address: the network itself. */
export const firstOf = (cidr: Cidr): IpAddress => ({
  version: cidr.address.version,
  value: cidr.address.value & ~hostMask(cidr),
});

/** Highest address: the broadcast address in IPv4. */
export const lastOf = (cidr: Cidr): IpAddress => ({
  version: cidr.address.version,
  value: cidr.address.value | hostMask(cidr),
});

/** The same with host bits zero. */
export const networkOf = (cidr: Cidr): Cidr => ({ address: firstOf(cidr), prefix: cidr.prefix });

export const formatCidr = ({ address, prefix }: Cidr): string => `${formatAddress(address)}/${prefix}`;

export const contains = (cidr: Cidr, address: IpAddress): boolean =>
  cidr.address.version === address.version &&
  (cidr.address.value ^ address.value) >> BigInt(widthOf(address.version) - cidr.prefix) === 0n;

export const overlaps = (a: Cidr, b: Cidr): boolean =>
  a.address.version === b.address.version &&
  firstOf(a).value <= lastOf(b).value &&
  firstOf(b).value <= lastOf(a).value;

/** True where all of `inner` lies in `outer`. */
export const covers = (outer: Cidr, inner: Cidr): boolean =>
  contains(outer, firstOf(inner)) && contains(outer, lastOf(inner));
