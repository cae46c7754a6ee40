import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { systemCode } from '../../errors/minke-error.ts';

/** What a failed bind says of the port; anything else (no such address) is left to whoever binds it for good. */
const taken = (error: Error): boolean => systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES';

function tcpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(!taken(error)));
    server.listen({ host: address, port, exclusive: true, ipv6Only: address.includes(':') }, () => {
      server.close(() => resolve(true));
    });
  });
}

function udpIsFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({
      type: address.includes(':') ? 'udp6' : 'udp4',
      ipv6Only: address.includes(':'),
    });
    socket.once('error', (error) => {
      socket.close();
      resolve(!taken(error));
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Whether a process of this host can bind the port now. Protocols other than TCP and UDP are not looked at. */
export async function isPortFree(proto: string, address: string, port: number): Promise<boolean> {
  if (proto === 'tcp') return tcpIsFree(address, port);
  if (proto === 'udp') return udpIsFree(address, port);
  return true;
}
