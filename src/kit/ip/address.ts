/** IP addresses as numbers. */
export interface IpAddress {
  readonly version: 4 | 6;
  /** 32 or 128 bits. */
  readonly value: bigint;
}

const bits = { 4: 32, 6: 128 } as const;
export const widthOf = (version: 4 | 6): number => bits[version];

const octet = '(0|[1-9][0-9]{0,2})';
const fourOctets = new RegExp(`^${[octet, octet, octet, octet].join('\\.')}$`);

function parseIPv4(text: string): bigint | null {
  const octets = fourOctets.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((value) => value > 255)) return null;
  return BigInt(octets.reduce((sum, value) => sum * 256 + value, 0));
}

/** 16-bit groups between colons; the last may be an IPv4 address where it ends the whole. */
function parseGroups(text: string, last: boolean): bigint[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const tail = last && index === parts.length - 1 ? parseIPv4(part) : null;
    if (tail === null) return null;
    groups.push(tail >> 16n, tail & 0xffffn);
  }
  return groups;
}

function parseIPv6(text: string): bigint | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = parseGroups(halves[1] ?? '', true);
  if (head === null || tail === null || halves.length > 2) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const gap = Array.from({ length: missing }, () => 0n);
  return [...head, ...gap, ...tail].reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** Version of an address or a range in text that is known to be one. */
export const versionOf = (text: string): IpAddress['version'] => (text.includes(':') ? 6 : 4);

/** Null for what is no address; zones (`%eth0`) and leading zeros are none. */
export function parseAddress(text: string): IpAddress | null {
  const version = versionOf(text);
  const value = version === 6 ? parseIPv6(text) : parseIPv4(text);
  return value === null ? null : { version, value };
}

/** Big-endian, 4 or 16 bytes. */
export function addressBytes({ version, value }: IpAddress): Uint8Array {
  const length = bits[version] / 8;
  return Uint8Array.from({ length }, (_, index) =>
    Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn),
  );
}

/** From 4 or 16 bytes, big-endian. */
export function addressFromBytes(bytes: Uint8Array): IpAddress {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { version: bytes.length === 4 ? 4 : 6, value };
}

/** The canonical text; IPv6 as RFC 5952 wants it. */
export function formatAddress({ version, value }: IpAddress): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0n) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}
