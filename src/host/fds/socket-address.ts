import { endianness } from 'node:os';
import { addressBytes, parseAddress } from '../../kit/ip/address.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/** `struct sockaddr_in` (16 bytes), `struct sockaddr_in6` (28), as in ip(7) and ipv6(7). Throws on what is no address. */
export function socketAddress(text: string, port: number): { family: number; bytes: Uint8Array } {
  const address = parseAddress(text);
  if (address === null) throw new Error(`invalid address: ${text}`);
  const family = address.version === 6 ? AF_INET6 : AF_INET;
  const bytes = new Uint8Array(family === AF_INET6 ? 28 : 16);
  const data = new DataView(bytes.buffer);
  data.setUint16(0, family, endianness() === 'LE');
  data.setUint16(2, port, false);
  bytes.set(addressBytes(address), family === AF_INET6 ? 8 : 4);
  return { family, bytes };
}
