/** Requests whose connection becomes a stream. The HTTP parser has let go of it behind the head. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isKind } from '../../errors/minke-error.ts';
import type { AttachedStream, OpeningStream } from '../../services/containers/contract.ts';
import { FrameReader } from '../../wire/stdcopy.ts';
import type { Answer, Headers } from '../answer.ts';
import { joinStreams } from '../stream/join.ts';
import { lastWords } from '../stream/last-words.ts';
import { refuseRaw } from '../stream/raw-response.ts';
import { streamHead } from '../stream/upgrade.ts';
import { acceptHandshake } from '../stream/websocket/handshake.ts';
import { WebSocketStream } from '../stream/websocket/stream.ts';
import { StreamCall } from './call.ts';
import { type Dispatch, dispatch } from './dispatch.ts';
import { RequestLife } from './life.ts';
import type { ServerContext } from './server-context.ts';
import { clientMessage, statusOf } from './status.ts';

type Found = Extract<Dispatch, { kind: 'route' }>;

/** Binary frames since API 1.28. */
const binaryFramesSince = 28;

function plainAnswer(socket: Duplex, answer: Answer, headers: Headers): void {
  const status = answer.kind === 'empty' ? answer.status : 200;
  const phrase = status === 204 ? 'No Content' : 'OK';
  const lines = Object.entries({ ...headers, 'Content-Length': '0', Connection: 'close' });
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
}

/** Sends the head and answers the client's end of the stream. */
function open(req: IncomingMessage, socket: Duplex, found: Found, tty: boolean, headers: Headers): Duplex {
  if (found.match.route.connection === 'websocket') {
    socket.write(acceptHandshake(req.headers, headers));
    const kind = found.version >= binaryFramesSince ? 'binary' : 'text';
    return new WebSocketStream(socket, kind, tty ? null : new FrameReader());
  }
  socket.write(streamHead(req, found.version, tty, headers));
  return socket;
}

/**
 * Clients that read the head through a buffer lose what comes right behind it, so a process that is to be started
 * starts when its head is out. What then goes wrong can be said in the stream only.
 */
async function streamOf(attached: AttachedStream | OpeningStream): Promise<Duplex> {
  if ('stream' in attached) return attached.stream;
  try {
    return await attached.open();
  } catch (error) {
    return lastWords(`${clientMessage(error)}\r\n`, attached.tty);
  }
}

export async function serveStream(
  context: ServerContext,
  headers: Headers,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { log } = context;
  const found = dispatch(context.router, context.policy, req);
  if (found.kind !== 'route') {
    socket.destroy();
    return;
  }
  const { route } = found.match;
  const { path } = found;
  const life = new RequestLife(socket, context.running.lives);
  socket.on('error', () => socket.destroy());
  try {
    if (route.connection === 'websocket') acceptHandshake(req.headers, headers);
    const answer = await route.run(new StreamCall(req, found, life, log, { socket, head }), context.services);
    context.running.endless(life);
    if (answer.kind !== 'hijack') return plainAnswer(socket, answer, headers);
    log.debug('stream', { method: req.method ?? '', path });
    const { attached } = answer;
    const client = open(req, socket, found, attached.tty, headers);
    context.hangUps?.watch(socket);
    await joinStreams(client, await streamOf(attached), answer.input).closed;
  } catch (error) {
    const status = statusOf(error);
    const gone = socket.destroyed || isKind(error, 'cancelled');
    if (!gone && status === 500)
      log.error('request failed', { method: req.method ?? '', path, error: clientMessage(error) });
    log.debug('request', { method: req.method ?? '', path, status });
    refuseRaw(socket, status, clientMessage(error), headers);
  } finally {
    life.end();
  }
}
