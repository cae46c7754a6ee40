/** Addresses of links by rtnetlink(7): `struct ifaddrmsg` and IFA_* of linux/if_addr.h. */
import { addressBytes, addressFromBytes, formatAddress } from '../../kit/ip/address.ts';
import { type Cidr, lastOf } from '../../kit/ip/cidr.ts';
import {
  type Attribute,
  decodeAttributes,
  flag,
  type Message,
  type Request,
  readU32,
  u32,
} from './message.ts';

const addressMessage = { new: 20, delete: 21, get: 22 } as const;
const ifa = { address: 1, local: 2, broadcast: 4, flags: 8 } as const;

/** No duplicate address detection: the address can be used at once. */
const IFA_F_NODAD = 0x02;

export const family = { ipv4: 2, ipv6: 10 } as const;

function ifaddrmsg(options: { family: number; prefix?: number; index?: number }): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes[0] = options.family;
  bytes[1] = options.prefix ?? 0;
  bytes.set(u32(options.index ?? 0), 4);
  return bytes;
}

const familyOf = (cidr: Cidr): number => (cidr.address.version === 6 ? family.ipv6 : family.ipv4);

/** Replaces an equal one, so it can be repeated. */
export function newAddress(index: number, cidr: Cidr): Request {
  const value = addressBytes(cidr.address);
  const attributes: Attribute[] = [
    { type: ifa.local, value },
    { type: ifa.address, value },
  ];
  if (cidr.address.version === 6) attributes.push({ type: ifa.flags, value: u32(IFA_F_NODAD) });
  else if (cidr.prefix < 31) attributes.push({ type: ifa.broadcast, value: addressBytes(lastOf(cidr)) });
  return {
    type: addressMessage.new,
    flags: flag.request | flag.ack | flag.create | flag.replace,
    header: ifaddrmsg({ family: familyOf(cidr), prefix: cidr.prefix, index }),
    attributes,
  };
}

export function deleteAddress(index: number, cidr: Cidr): Request {
  return {
    type: addressMessage.delete,
    flags: flag.request | flag.ack,
    header: ifaddrmsg({ family: familyOf(cidr), prefix: cidr.prefix, index }),
    attributes: [{ type: ifa.local, value: addressBytes(cidr.address) }],
  };
}

/** Of all links of the namespace, both families. */
export function getAddresses(): Request {
  return {
    type: addressMessage.get,
    flags: flag.request | flag.dump,
    header: ifaddrmsg({ family: 0 }),
    attributes: [],
  };
}

export interface LinkAddress {
  readonly index: number;
  /** With prefix: `172.17.0.2/16`. */
  readonly cidr: string;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host. */
  readonly scope: number;
}

export function decodeAddress(message: Message): LinkAddress | null {
  const { payload } = message;
  if (message.type !== addressMessage.new || payload.length < 8) return null;
  const attributes = decodeAttributes(payload, 8);
  const bytes = attributes.get(ifa.local) ?? attributes.get(ifa.address);
  if (bytes === undefined) return null;
  return {
    index: readU32(payload, 4),
    cidr: `${formatAddress(addressFromBytes(bytes))}/${payload[1]}`,
    scope: payload[3] ?? 0,
  };
}
