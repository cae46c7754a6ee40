/** Links by rtnetlink(7): `struct ifinfomsg` and IFLA_* of linux/if_link.h. */
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  flag,
  type Message,
  type Request,
  readI32,
  readText,
  readU16,
  readU32,
  readU64,
  text,
  u8,
  u32,
} from './message.ts';

export const linkMessage = { new: 16, delete: 17, get: 18, set: 19 } as const;

const IFF_UP = 0x1;

const ifla = {
  address: 1,
  name: 3,
  mtu: 4,
  master: 10,
  info: 18,
  stats64: 23,
  familySpec: 26,
  namespaceFd: 28,
} as const;
const AF_INET6 = 10;
const addressGenerationMode = 8;
const modeNone = 1;
const infoKind = 1;
const infoData = 2;
const infoSlaveKind = 4;
const infoSlaveData = 5;
const vethPeer = 1;
const bridgePort = { hairpin: 4, isolated: 33 } as const;

/** 16 bytes: family, pad, type, index, flags, mask of flags. */
function ifinfomsg(options: { index?: number; up?: boolean }): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(u32(options.index ?? 0), 4);
  if (options.up !== undefined) {
    bytes.set(u32(options.up ? IFF_UP : 0), 8);
    bytes.set(u32(IFF_UP), 12);
  }
  return bytes;
}

/** `02:42:ac:11:00:02` as six bytes. */
export function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (part) => Number.parseInt(part, 16));
}

const macText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

/** What can be set on a new link and on one that is there. */
export interface LinkSettings {
  readonly name?: string;
  readonly mtu?: number;
  readonly mac?: string;
  /** Index of the bridge that it becomes a port of; 0 takes it off. */
  readonly master?: number;
  readonly up?: boolean;
  /** An open descriptor of the namespace that it is put into. */
  readonly namespaceFd?: number;
  /** False: the kernel makes no link-local IPv6 address when it comes up. Only where a link is changed. */
  readonly linkLocal?: false;
}

function settings(options: LinkSettings): Attribute[] {
  const attributes: Attribute[] = [];
  if (options.name !== undefined) attributes.push({ type: ifla.name, value: text(options.name) });
  if (options.mtu !== undefined) attributes.push({ type: ifla.mtu, value: u32(options.mtu) });
  if (options.mac !== undefined) attributes.push({ type: ifla.address, value: macBytes(options.mac) });
  if (options.master !== undefined) attributes.push({ type: ifla.master, value: u32(options.master) });
  if (options.namespaceFd !== undefined) {
    attributes.push({ type: ifla.namespaceFd, value: u32(options.namespaceFd) });
  }
  if (options.linkLocal === false) {
    const mode = { type: addressGenerationMode, value: u8(modeNone) };
    attributes.push({ type: ifla.familySpec, value: [{ type: AF_INET6, value: [mode] }] });
  }
  return attributes;
}

const upHeader = ({ up }: LinkSettings, index?: number): Uint8Array =>
  ifinfomsg({ ...(index === undefined ? {} : { index }), ...(up === undefined ? {} : { up }) });

const created = flag.request | flag.ack | flag.create | flag.exclusive;
const changed = flag.request | flag.ack;

/** Fails with EEXIST where the name is taken. */
export function newBridge(options: LinkSettings): Request {
  const kind = { type: infoKind, value: text('bridge') };
  return {
    type: linkMessage.new,
    flags: created,
    header: upHeader(options),
    attributes: [...settings(options), { type: ifla.info, value: [kind] }],
  };
}

/** A pair: `options` describe this end, `peer` the other one. */
export function newVeth(options: LinkSettings, peer: LinkSettings): Request {
  const other = Buffer.concat([upHeader(peer), encodeAttributes(settings(peer))]);
  const info: Attribute[] = [
    { type: infoKind, value: text('veth') },
    { type: infoData, value: [{ type: vethPeer, value: other }] },
  ];
  return {
    type: linkMessage.new,
    flags: created,
    header: upHeader(options),
    attributes: [...settings(options), { type: ifla.info, value: info }],
  };
}

/** By index, or by name without a look-up (the name then stays). */
export function setLink(link: number | string, options: LinkSettings): Request {
  const index = typeof link === 'number' ? link : 0;
  return {
    type: linkMessage.set,
    flags: changed,
    header: upHeader(options, index),
    attributes: settings(typeof link === 'string' ? { ...options, name: link } : options),
  };
}

/** Settings of a bridge's port; the link must be one already. */
export function setBridgePort(index: number, options: { hairpin?: boolean; isolated?: boolean }): Request {
  const data: Attribute[] = [];
  if (options.hairpin !== undefined)
    data.push({ type: bridgePort.hairpin, value: u8(Number(options.hairpin)) });
  if (options.isolated !== undefined) {
    data.push({ type: bridgePort.isolated, value: u8(Number(options.isolated)) });
  }
  const info: Attribute[] = [
    { type: infoSlaveKind, value: text('bridge') },
    { type: infoSlaveData, value: data },
  ];
  return {
    type: linkMessage.new,
    flags: changed,
    header: ifinfomsg({ index }),
    attributes: [{ type: ifla.info, value: info }],
  };
}

/** By name, so that no look-up is needed. ENODEV where there is none. */
export function deleteLink(name: string): Request {
  return {
    type: linkMessage.delete,
    flags: changed,
    header: ifinfomsg({}),
    attributes: [{ type: ifla.name, value: text(name) }],
  };
}

export function getLink(name: string): Request {
  return {
    type: linkMessage.get,
    flags: flag.request,
    header: ifinfomsg({}),
    attributes: [{ type: ifla.name, value: text(name) }],
  };
}

export function getLinks(): Request {
  return { type: linkMessage.get, flags: flag.request | flag.dump, header: ifinfomsg({}), attributes: [] };
}

/** `struct rtnl_link_stats64`, the first eight counters. */
export interface LinkCounters {
  readonly rxPackets: number;
  readonly txPackets: number;
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxErrors: number;
  readonly txErrors: number;
  readonly rxDropped: number;
  readonly txDropped: number;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number;
  readonly mac: string;
  /** Index of the bridge that it is a port of; 0 for none. */
  readonly master: number;
  /** `bridge`, `veth`, …; empty for what is no virtual link. */
  readonly kind: string;
  readonly counters: LinkCounters | null;
}

function counters(bytes: Uint8Array | undefined): LinkCounters | null {
  if (bytes === undefined || bytes.length < 64) return null;
  const at = (index: number): number => Number(readU64(bytes, index * 8));
  return {
    rxPackets: at(0),
    txPackets: at(1),
    rxBytes: at(2),
    txBytes: at(3),
    rxErrors: at(4),
    txErrors: at(5),
    rxDropped: at(6),
    txDropped: at(7),
  };
}

/** Null for a message that describes no link. */
export function decodeLink(message: Message): Link | null {
  const { payload } = message;
  if (message.type !== linkMessage.new || payload.length < 16) return null;
  const attributes = decodeAttributes(payload, 16);
  const number = (type: number): number => {
    const value = attributes.get(type);
    return value !== undefined && value.length >= 4 ? readU32(value, 0) : 0;
  };
  const info = attributes.get(ifla.info);
  const kind = info === undefined ? undefined : decodeAttributes(info).get(infoKind);
  const address = attributes.get(ifla.address);
  const name = attributes.get(ifla.name);
  return {
    index: readI32(payload, 4),
    name: name === undefined ? '' : readText(name),
    up: (readU16(payload, 8) & IFF_UP) !== 0,
    mtu: number(ifla.mtu),
    mac: address === undefined ? '' : macText(address),
    master: number(ifla.master),
    kind: kind === undefined ? '' : readText(kind),
    counters: counters(attributes.get(ifla.stats64)),
  };
}
