/**
 * Taking a connection away from the HTTP parser at the end of a request's head.
 *
 * With an `Upgrade` header Node can do that by itself, but not at the same byte in all versions, and clients also
 * take over connections without that header. So the parser's own hook is wrapped: where the head is one that turns
 * its connection into a stream, the parser stops right behind it and never sees another byte. What follows, body and
 * early input, is ours: nothing is lost, and nothing in it can be read as a second request.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

type OnIncoming = (req: IncomingMessage, keepAlive: boolean) => unknown;

interface ParserHook {
  onIncoming: OnIncoming;
}

/** Answer of `onIncoming` by which the parser stops behind the head (llhttp's `on_headers_complete`). */
const stopBehindHead = 2;

const isHook = (parser: unknown): parser is ParserHook =>
  typeof parser === 'object' &&
  parser !== null &&
  'onIncoming' in parser &&
  typeof parser.onIncoming === 'function';

/**
 * @param isStream judges the head of a request
 * @returns false where this Node's parser has no such hook; then only `Upgrade` requests can be taken over
 */
export function takeOverStreams(socket: Duplex, isStream: (req: IncomingMessage) => boolean): boolean {
  const parser: unknown = 'parser' in socket ? socket.parser : undefined;
  if (!isHook(parser)) return false;
  const original = parser.onIncoming;
  parser.onIncoming = (req, keepAlive) => {
    if (!isStream(req)) return original.call(parser, req, keepAlive);
    Object.assign(req, { upgrade: true });
    original.call(parser, req, keepAlive);
    return stopBehindHead;
  };
  return true;
}
