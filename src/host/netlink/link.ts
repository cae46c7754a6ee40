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
  u16,
  u32,
} from './message.ts';

export const linkMessage = { new: 16, delete: 17, get: 18, set: 19 } as const;

const IFF_UP = 0x1;

const ifla = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  info: 18,
  alias: 20,
  stats64: 23,
  familySpec: 26,
  namespaceFd: 28,
  extendedMask: 29,
} as const;
/** RTEXT_FILTER_SKIP_STATS: the kernel gathers them from all processors, the protocols' too. */
const withoutCounters = 0x8;
const AF_INET6 = 10;
const addressGenerationMode = 8;
const modeNone = 1;
const infoKind = 1;
const infoData = 2;
const infoSlaveKind = 4;
const infoSlaveData = 5;
const vethPeer = 1;
/** IFLA_BRPORT_MODE. */
const portHairpin = 4;
const vlanId = 1;
const macvlanMode = 1;
const ipvlanAttribute = { mode: 1, flags: 2 } as const;

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
  /** Words of whoever made it, at most 255 bytes. */
  readonly alias?: string;
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
  if (options.alias !== undefined) attributes.push({ type: ifla.alias, value: text(options.alias) });
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

function newLink(kind: string, options: LinkSettings, rest: LinkRest = {}): Request {
  const { data, parent } = rest;
  const info: Attribute[] = [{ type: infoKind, value: text(kind) }];
  if (data !== undefined) info.push({ type: infoData, value: data });
  return {
    type: linkMessage.new,
    flags: created,
    header: upHeader(options),
    attributes: [
      ...settings(options),
      ...(parent === undefined ? [] : [{ type: ifla.link, value: u32(parent) }]),
      { type: ifla.info, value: info },
    ],
  };
}

interface LinkRest {
  readonly data?: readonly Attribute[];
  /** Index of the link of this namespace that it stands on. */
  readonly parent?: number;
}

/** Fails with EEXIST where the name is taken. */
export const newBridge = (options: LinkSettings): Request => newLink('bridge', options);

/** A link that leads nowhere. EOPNOTSUPP where the kernel has none. */
export const newDummy = (options: LinkSettings): Request => newLink('dummy', options);

/** A pair: `options` describe this end, `peer` the other one. */
export function newVeth(options: LinkSettings, peer: LinkSettings): Request {
  const other = Buffer.concat([upHeader(peer), encodeAttributes(settings(peer))]);
  return newLink('veth', options, { data: [{ type: vethPeer, value: other }] });
}

/** Frames of one 802.1q VLAN of another link. @param id 1 to 4094 */
export const newVlan = (options: LinkSettings, parent: number, id: number): Request =>
  newLink('vlan', options, { parent, data: [{ type: vlanId, value: u16(id) }] });

/** A link of its own MAC address on another link; modes of linux/if_link.h. */
export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru';
const macvlanModes = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const;

export const newMacvlan = (options: LinkSettings, parent: number, mode: MacvlanMode): Request =>
  newLink('macvlan', options, { parent, data: [{ type: macvlanMode, value: u32(macvlanModes[mode]) }] });

/** A link that shares the MAC address of another one. */
export interface IpvlanMode {
  readonly mode: 'l2' | 'l3' | 'l3s';
  readonly flag: 'bridge' | 'private' | 'vepa';
}
const ipvlanModes = { l2: 0, l3: 1, l3s: 2 } as const;
const ipvlanFlags = { bridge: 0, private: 1, vepa: 2 } as const;

export const newIpvlan = (options: LinkSettings, parent: number, { mode, flag: how }: IpvlanMode): Request =>
  newLink('ipvlan', options, {
    parent,
    data: [
      { type: ipvlanAttribute.mode, value: u16(ipvlanModes[mode]) },
      { type: ipvlanAttribute.flags, value: u16(ipvlanFlags[how]) },
    ],
  });

/** Kinds of link that a kernel may lack. */
export type LinkKind = 'vlan' | 'macvlan' | 'ipvlan';

/**
 * Makes nothing: a link that needs a parent and gets none. The kernel answers EOPNOTSUPP where it does not know the
 * kind, and something else where it does.
 */
export const probeKind = (kind: LinkKind): Request => newLink(kind, {});

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

/** A bridge's port sends packets back where they came from; the link must be a port already. */
export const newHairpin = (index: number): Request => ({
  type: linkMessage.new,
  flags: changed,
  header: ifinfomsg({ index }),
  attributes: [
    {
      type: ifla.info,
      value: [
        { type: infoSlaveKind, value: text('bridge') },
        { type: infoSlaveData, value: [{ type: portHairpin, value: u8(1) }] },
      ],
    },
  ],
});

/** By name, so that no look-up is needed. ENODEV where there is none. */
export function deleteLink(name: string): Request {
  return {
    type: linkMessage.delete,
    flags: changed,
    header: ifinfomsg({}),
    attributes: [{ type: ifla.name, value: text(name) }],
  };
}

/** The answer has no counters. */
export function getLink(name: string): Request {
  return {
    type: linkMessage.get,
    flags: flag.request,
    header: ifinfomsg({}),
    attributes: [
      { type: ifla.name, value: text(name) },
      { type: ifla.extendedMask, value: u32(withoutCounters) },
    ],
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

export const noCounters: LinkCounters = {
  rxPackets: 0,
  txPackets: 0,
  rxBytes: 0,
  txBytes: 0,
  rxErrors: 0,
  txErrors: 0,
  rxDropped: 0,
  txDropped: 0,
};

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
  /** Empty: it has none. */
  readonly alias: string;
  readonly counters: LinkCounters;
}

function counters(bytes: Uint8Array | undefined): LinkCounters {
  if (bytes === undefined || bytes.length < 64) return noCounters;
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
  const words = (type: number): string => {
    const value = attributes.get(type);
    return value === undefined ? '' : readText(value);
  };
  return {
    index: readI32(payload, 4),
    name: words(ifla.name),
    up: (readU16(payload, 8) & IFF_UP) !== 0,
    mtu: number(ifla.mtu),
    mac: address === undefined ? '' : macText(address),
    master: number(ifla.master),
    kind: kind === undefined ? '' : readText(kind),
    alias: words(ifla.alias),
    counters: counters(attributes.get(ifla.stats64)),
  };
}
