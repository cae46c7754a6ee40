/** Which registries may be reached without checked TLS. */

import { parseAddress } from '../../../kit/ip/address.ts';
import { contains, parseCidr } from '../../../kit/ip/cidr.ts';

export interface Insecurity {
  readonly insecure: boolean;
  /** Only these may be dialled, where the verdict rests on the addresses that a name has. */
  readonly addresses?: readonly string[];
}

/** All addresses of a name; empty where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const loopback = ['127.0.0.0/8', '::1/128'].map(parseCidr).filter((cidr) => cidr !== null);
const within = (ranges: readonly (typeof loopback)[number][], text: string): boolean => {
  const address = parseAddress(text);
  return address !== null && ranges.some((range) => contains(range, address));
};

/**
 * By name where it is listed; by address where that is written, or where every address of the name lies in a listed
 * range (CVE-2026-92543: one among several is not enough, and what was judged is what is dialled). This machine is
 * insecure by itself: `localhost` and loopback addresses.
 * @param domain `host[:port]`
 * @param listed names, `host:port`, addresses and ranges in CIDR notation
 */
export async function judgeInsecure(
  domain: string,
  listed: readonly string[],
  resolve: Resolve,
): Promise<Insecurity> {
  const host = domain.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const ranges = listed.map(parseCidr).filter((range) => range !== null);
  const names = listed.filter((entry) => parseCidr(entry) === null);
  if (names.some((name) => name === domain || name === host)) return { insecure: true };
  if (parseAddress(host) !== null) return { insecure: within([...loopback, ...ranges], host) };
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  if (!isLocal && ranges.length === 0) return { insecure: false };
  const addresses = await resolve(host).catch(() => []);
  const judged = isLocal ? [...loopback, ...ranges] : ranges;
  const insecure = addresses.length > 0 && addresses.every((address) => within(judged, address));
  return insecure ? { insecure, addresses } : { insecure };
}
