/** Where processes of a namespace find the embedded resolver: sockets there, and port 53 led to them. */
import { closeSync } from 'node:fs';
import { systemCode } from '../../errors/minke-error.ts';
import { addressBytes, parseAddress } from '../../kit/ip/address.ts';
import { redirectRequests } from '../netlink/redirect.ts';
import { NetlinkSocket, protocol } from '../netlink/socket.ts';
import type { ResolverSockets } from './contract.ts';
import { type BoundSocket, boundSocket } from './sockets.ts';

/** Of the table in the container's namespace. */
const table = 'minke_resolver';
const dnsPort = 53;

function open(address: string, port: number): { udp: BoundSocket; tcp: BoundSocket } {
  const udp = boundSocket('udp', address, port);
  try {
    return { udp, tcp: boundSocket('tcp', address, port) };
  } catch (error) {
    closeSync(udp.fd);
    throw error;
  }
}

function lead(address: string, { udp, tcp }: { udp: BoundSocket; tcp: BoundSocket }): void {
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error(`invalid address: ${address}`);
  const bytes = addressBytes(parsed);
  const redirects = [
    { proto: 'udp', address: bytes, port: dnsPort, toPort: udp.port },
    { proto: 'tcp', address: bytes, port: dnsPort, toPort: tcp.port },
  ] as const;
  const socket = new NetlinkSocket(protocol.netfilter);
  try {
    socket.batch(redirectRequests(table, redirects, { replace: false }));
  } catch (error) {
    // After a restart the table of the one before is there, which leads to sockets that have gone.
    if (systemCode(error) !== 'EEXIST') throw error;
    socket.batch(redirectRequests(table, redirects, { replace: true }));
  } finally {
    socket.close();
  }
}

/**
 * Called while the thread is in the namespace. The sockets have ports of their own, so that a container may itself
 * serve DNS on port 53; without nf_tables they take port 53.
 */
export function openResolver(address: string): ResolverSockets {
  const sockets = open(address, 0);
  try {
    lead(address, sockets);
  } catch {
    closeSync(sockets.udp.fd);
    closeSync(sockets.tcp.fd);
    const direct = open(address, dnsPort);
    return { udp: direct.udp.fd, tcp: direct.tcp.fd };
  }
  return { udp: sockets.udp.fd, tcp: sockets.tcp.fd };
}
