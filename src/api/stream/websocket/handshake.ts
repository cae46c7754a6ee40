/** RFC 6455, section 4.2: the server's half of the opening handshake. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../../../errors/minke-error.ts';
import type { Headers } from '../../answer.ts';
import { responseHead } from '../raw-response.ts';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Throws `invalid` where the request is no handshake of version 13; answers the response's head. */
export function acceptHandshake(headers: IncomingHttpHeaders, more: Headers): string {
  const key = headers['sec-websocket-key'] ?? '';
  if (headers.upgrade?.toLowerCase() !== 'websocket')
    throw invalid('not a websocket handshake: no Upgrade header');
  if (headers['sec-websocket-version'] !== '13') throw invalid('unsupported websocket version: must be 13');
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) throw invalid('malformed Sec-WebSocket-Key header');
  return responseHead(101, 'Switching Protocols', {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': createHash('sha1')
      .update(key + guid)
      .digest('base64'),
    ...more,
  });
}
