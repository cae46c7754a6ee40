/** Response heads written by hand, for connections that left the HTTP parser. */
import type { Duplex } from 'node:stream';
import type { Headers } from '../answer.ts';
import { errorBody, reason } from '../http/status.ts';

export function responseHead(status: number, phrase: string, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${phrase}\r\n${lines.join('')}\r\n`;
}

/** Answers an error and closes the connection, which can't be used for HTTP again. */
export function refuseRaw(
  socket: Duplex,
  status: number,
  message: string,
  headers: Headers,
  plain = false,
): void {
  const body = plain ? `${message}\n` : errorBody(message);
  const head = responseHead(status, reason(status), {
    ...headers,
    'Content-Type': plain ? 'text/plain; charset=utf-8' : 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  socket.on('error', () => socket.destroy());
  socket.end(head + body, () => {
    const linger = setTimeout(() => socket.destroy(), 1000);
    linger.unref();
    socket.once('close', () => clearTimeout(linger));
    socket.once('end', () => socket.destroy());
    socket.resume();
  });
}
