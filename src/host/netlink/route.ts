/** Routes by rtnetlink(7): `struct rtmsg` and RTA_* of linux/rtnetlink.h. Main table, unicast. */
import { addressBytes, addressFromBytes, formatAddress, type IpAddress } from '../../kit/ip/address.ts';
import { type Cidr, firstOf } from '../../kit/ip/cidr.ts';
import { family } from './address.ts';
import {
  type Attribute,
  decodeAttributes,
  flag,
  type Message,
  type Request,
  readU32,
  u32,
} from './message.ts';

const routeMessage = { new: 24, delete: 25, get: 26 } as const;
const rta = { destination: 1, outLink: 4, gateway: 5, table: 15 } as const;
const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RTN_UNICAST = 1;
const scope = { universe: 0, link: 253 } as const;

export interface RouteSettings {
  /** Index of the link that it leaves by. */
  readonly link: number;
  readonly to: Cidr;
  /** Null: everything there is on the link itself. */
  readonly via: IpAddress | null;
}

function rtmsg(options: { version: 4 | 6; prefix: number; scope: number }): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes[0] = options.version === 6 ? family.ipv6 : family.ipv4;
  bytes[1] = options.prefix;
  bytes[4] = RT_TABLE_MAIN;
  bytes[5] = RTPROT_BOOT;
  bytes[6] = options.scope;
  bytes[7] = RTN_UNICAST;
  return bytes;
}

function attributes({ link, to, via }: RouteSettings): Attribute[] {
  const list: Attribute[] = [{ type: rta.outLink, value: u32(link) }];
  if (to.prefix > 0) list.push({ type: rta.destination, value: addressBytes(firstOf(to)) });
  if (via !== null) list.push({ type: rta.gateway, value: addressBytes(via) });
  return list;
}

const header = ({ to, via }: RouteSettings): Uint8Array =>
  rtmsg({
    version: to.address.version,
    prefix: to.prefix,
    scope: via === null ? scope.link : scope.universe,
  });

/** Replaces a route to the same place. */
export function newRoute(options: RouteSettings): Request {
  return {
    type: routeMessage.new,
    flags: flag.request | flag.ack | flag.create | flag.replace,
    header: header(options),
    attributes: attributes(options),
  };
}

/** ESRCH where there is none. */
export function deleteRoute(options: RouteSettings): Request {
  return {
    type: routeMessage.delete,
    flags: flag.request | flag.ack,
    header: header(options),
    attributes: attributes(options),
  };
}

/** All of the namespace, both families. */
export function getRoutes(): Request {
  const bytes = new Uint8Array(12);
  return { type: routeMessage.get, flags: flag.request | flag.dump, header: bytes, attributes: [] };
}

export interface Route {
  readonly link: number;
  /** `0.0.0.0/0` or `::/0` for the default route. */
  readonly to: string;
  readonly via: string | null;
}

/** Null for what is no unicast route of the main table. */
export function decodeRoute(message: Message): Route | null {
  const { payload } = message;
  if (message.type !== routeMessage.new || payload.length < 12 || payload[7] !== RTN_UNICAST) return null;
  const found = decodeAttributes(payload, 12);
  const table = found.get(rta.table);
  if ((table === undefined ? payload[4] : readU32(table, 0)) !== RT_TABLE_MAIN) return null;
  const link = found.get(rta.outLink);
  const via = found.get(rta.gateway);
  const width = payload[0] === family.ipv6 ? 16 : 4;
  const to = found.get(rta.destination) ?? new Uint8Array(width);
  return {
    link: link === undefined ? 0 : readU32(link, 0),
    to: `${formatAddress(addressFromBytes(to))}/${payload[1]}`,
    via: via === undefined ? null : formatAddress(addressFromBytes(via)),
  };
}
