import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { opened } from './opened.ts';
import type { TlsMaterial } from './tls-material.ts';

/** TLS 1.2 or newer, with the client's certificate where there is one. */
export async function dialTls(
  host: string,
  port: number,
  tls: TlsMaterial,
  signal?: AbortSignal,
): Promise<Socket> {
  const name = tls.serverName ?? host;
  const socket = connect({
    host,
    port,
    ca: tls.ca,
    cert: tls.cert,
    key: tls.key,
    rejectUnauthorized: tls.verify,
    minVersion: 'TLSv1.2',
    ...(isIP(name) === 0 ? { servername: name } : {}),
  });
  await opened(socket, 'secureConnect', signal);
  socket.setKeepAlive(true, 30_000);
  socket.setNoDelay(true);
  return socket;
}
