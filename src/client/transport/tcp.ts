import { connect, type Socket } from 'node:net';
import { opened } from './opened.ts';

/** Plain TCP, keep-alive on as the Go client has it (a lost peer shows after some minutes, not never). */
export async function dialTcp(host: string, port: number, signal?: AbortSignal): Promise<Socket> {
  const socket = await opened(connect({ host, port, allowHalfOpen: true }), 'connect', signal);
  socket.setKeepAlive(true, 30_000);
  socket.setNoDelay(true);
  return socket;
}
