/** Whether somebody on the host holds a port. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const isV6 = (address: string): boolean => address.includes(':');

function tcpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true, ipv6Only: isV6(address) }, () => {
      server.close(() => resolve(true));
    });
  });
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isV6(address) ? 'udp6' : 'udp4', ipv6Only: isV6(address) });
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/**
 * Tries to bind, and lets go again at once; false as well where the address is none of the host's. For SCTP, which
 * Node can't bind, it is always true.
 */
export async function portIsFree(proto: string, address: string, port: number): Promise<boolean> {
  if (proto === 'tcp') return tcpIsFree(address, port);
  if (proto === 'udp') return udpIsFree(address, port);
  return true;
}
