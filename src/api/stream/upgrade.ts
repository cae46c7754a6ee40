/** Requests that turn their connection into a stream: attach, exec, and whatever else is a `hijack` route. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { multiplexedStream, rawStream } from '../../wire/api/media-types.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { Headers } from '../answer.ts';
import { responseHead } from './raw-response.ts';

/** First version whose clients know the multiplexed stream by its own content type. */
const multiplexedSince: ApiVersion = 42;

/** Clients with `Upgrade` get 101; older ones get a 200 without length, and bytes from there on. */
export function streamHead(
  req: IncomingMessage,
  version: ApiVersion,
  tty: boolean,
  headers: Headers,
): string {
  if (req.headers.upgrade === undefined)
    return responseHead(200, 'OK', { 'Content-Type': rawStream, ...headers });
  const multiplexed = !tty && version >= multiplexedSince;
  return responseHead(101, 'UPGRADED', {
    'Content-Type': multiplexed ? multiplexedStream : rawStream,
    Connection: 'Upgrade',
    Upgrade: 'tcp',
    ...headers,
  });
}

/** Go's servers and clients wait for this before a body that was announced with it. */
export function continueIfExpected(req: IncomingMessage, socket: Duplex): void {
  if (req.headers.expect?.toLowerCase() === '100-continue') socket.write('HTTP/1.1 100 Continue\r\n\r\n');
}
