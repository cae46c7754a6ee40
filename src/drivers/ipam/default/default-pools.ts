/** Subnets for networks whose maker names none. */
import { createHash } from 'node:crypto';
import { invalid } from '../../../errors/minke-error.ts';
import { widthOf } from '../../../kit/ip/address.ts';
import { type Cidr, firstOf, lastOf, networkOf, overlaps, parseCidr } from '../../../kit/ip/cidr.ts';

/** `base` in CIDR notation is cut into subnets of prefix length `size`. */
export interface DefaultPool {
  readonly base: string;
  readonly size: number;
}

/** Docker's: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 to 192.168.240.0/20. */
const ipv4Pools: readonly DefaultPool[] = [
  { base: '172.17.0.0/16', size: 16 },
  { base: '172.18.0.0/16', size: 16 },
  { base: '172.19.0.0/16', size: 16 },
  { base: '172.20.0.0/14', size: 16 },
  { base: '172.24.0.0/14', size: 16 },
  { base: '172.28.0.0/14', size: 16 },
  { base: '192.168.0.0/16', size: 20 },
];

/** A /48 of unique local addresses (RFC 4193), the same one for the same host. */
function localPool(hostId: string): DefaultPool {
  const [a, b, c, d, e] = createHash('sha256').update(hostId).digest();
  const hex = (high = 0, low = 0): string => ((high << 8) | low).toString(16);
  return { base: `${hex(0xfd, a)}:${hex(b, c)}:${hex(d, e)}::/48`, size: 64 };
}

interface Parsed {
  readonly base: Cidr;
  readonly size: number;
}

function parse({ base, size }: DefaultPool): Parsed {
  const cidr = parseCidr(base);
  if (cidr === null) throw invalid(`invalid default address pool: ${base}`);
  if (size < cidr.prefix || size > widthOf(cidr.address.version)) {
    throw invalid(`invalid default address pool: size ${size} does not fit ${base}`);
  }
  return { base: networkOf(cidr), size };
}

/**
 * All pools, of both versions: those of the daemon's settings, completed by the usual ones of a version for which it
 * names none.
 * @param hostId anything that stays the same on this host
 */
export function defaultPools(configured: readonly DefaultPool[], hostId: string): Parsed[] {
  const own = configured.map(parse);
  const has = (version: 4 | 6): boolean => own.some(({ base }) => base.address.version === version);
  return [...own, ...(has(4) ? [] : ipv4Pools.map(parse)), ...(has(6) ? [] : [parse(localPool(hostId))])];
}

/** The first subnet that overlaps none of `taken`; null where all are used. Skips over what is taken in one go. */
export function firstFreeSubnet(
  pools: readonly Parsed[],
  version: 4 | 6,
  taken: readonly Cidr[],
): Cidr | null {
  for (const { base, size } of pools) {
    if (base.address.version !== version) continue;
    const end = lastOf(base).value;
    const step = 1n << BigInt(widthOf(version) - size);
    let value = base.address.value;
    while (value <= end) {
      const candidate: Cidr = { address: { version, value }, prefix: size };
      const clash = taken.find((other) => overlaps(other, candidate));
      if (clash === undefined) return candidate;
      const behind = lastOf(clash).value + 1n;
      const next = firstOf({ address: { version, value: behind + step - 1n }, prefix: size }).value;
      value = next > value ? next : value + step;
    }
  }
  return null;
}
