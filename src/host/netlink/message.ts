/**
 * Netlink's framing (netlink(7)): `struct nlmsghdr`, then a family header, then attributes, all aligned to 4 bytes in
 * the byte order of the host. Pure functions over bytes.
 */
import { endianness } from 'node:os';

const little = endianness() === 'LE';

const align = (length: number): number => (length + 3) & ~3;

/** `struct nlmsghdr` in bytes. */
const headerLength = 16;
const attributeHeaderLength = 4;

/** linux/netlink.h: NLM_F_*. */
export const flag = {
  request: 0x1,
  multi: 0x2,
  ack: 0x4,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
  /** In an answer: the header of the request is not repeated. */
  capped: 0x100,
  /** In an answer: attributes with the kernel's own words follow. */
  tlvs: 0x200,
} as const;

/** linux/netlink.h: message types below those of the families. */
const type = { error: 2, done: 3, overrun: 4 } as const;

/** NLMSGERR_ATTR_MSG: the kernel's sentence about what was wrong. */
const errorText = 1;

/** A value of an attribute: bytes, or attributes inside. */
export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array | readonly Attribute[];
}

/** A request without its sequence number, which the socket gives. */
export interface Request {
  readonly type: number;
  readonly flags: number;
  /** The family's own header, e.g. `struct ifinfomsg`. */
  readonly header: Uint8Array;
  readonly attributes: readonly Attribute[];
}

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** What ends a request: `errno` 0 is success. */
export interface Acknowledgement {
  readonly sequence: number;
  readonly errno: number;
  /** The kernel's own sentence (NETLINK_EXT_ACK), where it gave one. */
  readonly text: string | null;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  view(bytes).setUint16(0, value, little);
  return bytes;
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  view(bytes).setUint32(0, value, little);
  return bytes;
}

export function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  view(bytes).setBigUint64(0, value, little);
  return bytes;
}

/** A name as the kernel keeps it: NUL at the end. */
export const text = (value: string): Uint8Array => Buffer.from(`${value}\0`, 'utf8');

export const readU16 = (bytes: Uint8Array, offset: number): number => view(bytes).getUint16(offset, little);
export const readU32 = (bytes: Uint8Array, offset: number): number => view(bytes).getUint32(offset, little);
export const readI32 = (bytes: Uint8Array, offset: number): number => view(bytes).getInt32(offset, little);
export const readU64 = (bytes: Uint8Array, offset: number): bigint =>
  view(bytes).getBigUint64(offset, little);

/** Up to the first NUL. */
export function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

const isNested = (value: Attribute['value']): value is readonly Attribute[] => Array.isArray(value);

const attributeLength = ({ value }: Attribute): number =>
  attributeHeaderLength + (isNested(value) ? attributesLength(value) : value.length);

function attributesLength(attributes: readonly Attribute[]): number {
  return attributes.reduce((sum, attribute) => sum + align(attributeLength(attribute)), 0);
}

function writeAttributes(target: DataView, start: number, attributes: readonly Attribute[]): number {
  let offset = start;
  for (const attribute of attributes) {
    const length = attributeLength(attribute);
    target.setUint16(offset, length, little);
    target.setUint16(offset + 2, attribute.type, little);
    const at = offset + attributeHeaderLength;
    if (isNested(attribute.value)) writeAttributes(target, at, attribute.value);
    else new Uint8Array(target.buffer, target.byteOffset + at).set(attribute.value);
    offset += align(length);
  }
  return offset;
}

/** Attributes alone, e.g. those that follow a second header inside an attribute (VETH_INFO_PEER). */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const bytes = new Uint8Array(attributesLength(attributes));
  writeAttributes(view(bytes), 0, attributes);
  return bytes;
}

/** Requests one behind the other, numbered upwards from `sequence`: one send. */
export function encodeRequests(requests: readonly Request[], sequence: number): Uint8Array {
  const lengths = requests.map(
    (request) => headerLength + align(request.header.length) + attributesLength(request.attributes),
  );
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + align(length), 0));
  const target = view(bytes);
  let offset = 0;
  requests.forEach((request, index) => {
    const length = lengths[index] ?? 0;
    target.setUint32(offset, length, little);
    target.setUint16(offset + 4, request.type, little);
    target.setUint16(offset + 6, request.flags, little);
    target.setUint32(offset + 8, sequence + index, little);
    bytes.set(request.header, offset + headerLength);
    writeAttributes(target, offset + headerLength + align(request.header.length), request.attributes);
    offset += align(length);
  });
  return bytes;
}

/** Splits what one receive brought. A message cut short ends it. */
export function decodeMessages(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  let offset = 0;
  while (offset + headerLength <= bytes.length) {
    const length = readU32(bytes, offset);
    if (length < headerLength || offset + length > bytes.length) break;
    messages.push({
      type: readU16(bytes, offset + 4),
      flags: readU16(bytes, offset + 6),
      sequence: readU32(bytes, offset + 8),
      payload: bytes.subarray(offset + headerLength, offset + length),
    });
    offset += align(length);
  }
  return messages;
}

/** By type; a type that comes twice keeps the last. The upper two bits (nested, byte order) are dropped. */
export function decodeAttributes(bytes: Uint8Array, start = 0): Map<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  let offset = start;
  while (offset + attributeHeaderLength <= bytes.length) {
    const length = readU16(bytes, offset);
    if (length < attributeHeaderLength || offset + length > bytes.length) break;
    attributes.set(
      readU16(bytes, offset + 2) & 0x3fff,
      bytes.subarray(offset + attributeHeaderLength, offset + length),
    );
    offset += align(length);
  }
  return attributes;
}

/** The acknowledgement that a message is, or null where it carries data. */
export function acknowledgement(message: Message): Acknowledgement | null {
  const { sequence, payload, flags } = message;
  if (message.type === type.done) {
    return { sequence, errno: payload.length >= 4 ? 0 - readI32(payload, 0) : 0, text: null };
  }
  if (message.type !== type.error || payload.length < 4) return null;
  const errno = 0 - readI32(payload, 0);
  if ((flags & flag.tlvs) === 0 || payload.length < 4 + headerLength) return { sequence, errno, text: null };
  const repeated = (flags & flag.capped) === 0 ? align(readU32(payload, 4)) : headerLength;
  const words = decodeAttributes(payload, 4 + repeated).get(errorText);
  return { sequence, errno, text: words === undefined ? null : readText(words) };
}

/** True for NLMSG_OVERRUN and other messages that are neither data nor an end. */
export const isControl = (message: Message): boolean => message.type <= type.overrun;
