/** One HTTP server for one listener: its options, and what happens to each request. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { Logger } from '../../kit/log/logger.ts';
import { maxVersion, showVersion } from '../../wire/api/versions.ts';
import type { Answer, Headers } from '../answer.ts';
import type { ApiServices } from '../services.ts';
import { takeOverStreams } from '../stream/takeover.ts';
import { PlainCall } from './call.ts';
import { type Dispatch, dispatch } from './dispatch.ts';
import { RequestLife } from './life.ts';
import { readOn } from './read-on.ts';
import {
  type RawHeaders,
  type Reply,
  rawHeaders,
  respond,
  respondError,
  respondMessage,
  respondMoved,
  respondText,
} from './respond.ts';
import { serveStream } from './serve-stream.ts';
import type { ServerContext } from './server-context.ts';
import { clientMessage, statusOf } from './status.ts';

const options: ServerOptions = {
  insecureHTTPParser: false,
  // Clients pool connections and load images for hours: only a head may not take forever.
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 0,
  // Build arguments and registry credentials come in the head; as much as Go's servers take.
  maxHeaderSize: 1024 * 1024,
};

/** On every answer of a route, as Docker's. */
export const engineHeaders = (services: ApiServices): Headers => ({
  'Api-Version': showVersion(maxVersion),
  'Docker-Experimental': String(services.engine.experimental),
  Ostype: 'linux',
  Server: `Minke/${services.engine.version} (linux)`,
});

/** Lines for the log carry what is listed here and nothing else: no query, no header, no body. */
function note(log: Logger, req: IncomingMessage, path: string, status: number, started: number): void {
  const ms = Math.round((performance.now() - started) * 10) / 10;
  log.debug('request', { method: req.method ?? '', path, status, ms });
}

function refuse(reply: Reply, found: Extract<Dispatch, { kind: 'refused' }>): void {
  if (found.plain) respondText(reply, found.status, found.message);
  else respondMessage(reply, found.status, found.message);
}

async function failed(context: ServerContext, reply: Reply, path: string, error: unknown): Promise<void> {
  const { req, res } = reply;
  const gone = res.destroyed || res.socket === null || res.socket.destroyed;
  if (!gone && statusOf(error) === 500)
    context.log.error('request failed', { method: req.method ?? '', path, error: clientMessage(error) });
  if (gone || res.headersSent) return void res.destroy();
  await readOn(req);
  if (!res.destroyed) respondError(reply, error);
}

/** Why a stream can't be had by an ordinary request. */
const streamWanted = (connection: 'hijack' | 'websocket'): string =>
  connection === 'websocket'
    ? 'not a websocket handshake: no Upgrade header'
    : 'this connection can become a stream only by an Upgrade header';

const mayNeverEnd = (answer: Answer): boolean =>
  answer.kind === 'records' ||
  answer.kind === 'later' ||
  (answer.kind === 'bytes' && answer.endless === true);

async function serve(
  context: ServerContext,
  base: RawHeaders,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const found = dispatch(context.router, context.policy, req);
  if (found.kind === 'moved') {
    respondMoved({ req, res, base: [] }, found.location);
    return;
  }
  if (found.kind === 'refused') {
    refuse({ req, res, base: found.routed ? base : [] }, found);
    note(context.log, req, '', found.status, started);
    return;
  }
  const reply = { req, res, base };
  if (found.match.route.connection !== 'plain') {
    respondMessage(reply, 400, streamWanted(found.match.route.connection));
    return;
  }
  const life = new RequestLife(res, context.running.lives);
  try {
    const answer: Answer = await found.match.route.run(
      new PlainCall(req, found, life, context.log),
      context.services,
    );
    if (mayNeverEnd(answer)) context.running.endless(life);
    await respond(reply, answer);
  } catch (error) {
    await failed(context, reply, found.path, error);
  } finally {
    life.end();
    note(context.log, req, found.path, res.statusCode, started);
  }
}

/** The route of a request that turns its connection into a stream, judged from the head. */
function isStream(context: ServerContext, req: IncomingMessage): boolean {
  const upgrade = 'upgrade' in req && req.upgrade === true; // the parser's word for it, before any header is read
  if (!upgrade && req.method !== 'POST') return false;
  const found = dispatch(context.router, context.policy, req);
  const stream = found.kind === 'route' && found.match.route.connection !== 'plain';
  const connection = context.running.connections.get(req.socket);
  if (upgrade && !stream && connection !== undefined) connection.spent = true;
  return stream;
}

/** @param connected the event of a connection that speaks HTTP: with TLS, one whose handshake is done */
function wire(server: Server, context: ServerContext, connected: 'connection' | 'secureConnection'): void {
  const headers = engineHeaders(context.services);
  const base = rawHeaders(headers);
  server.on(connected, (socket: Duplex) => {
    const connection = { open: 0, spent: false };
    context.running.connections.set(socket, connection);
    socket.once('close', () => context.running.connections.delete(socket));
    if (!takeOverStreams(socket, (req) => isStream(context, req)))
      context.log.warn(
        'this version of Node gives no hook into its HTTP parser: attach without Upgrade fails',
      );
  });
  server.on('request', (req, res) => {
    const connection = context.running.connections.get(req.socket);
    if (connection === undefined) return void res.destroy();
    connection.open++;
    if (connection.spent) res.shouldKeepAlive = false;
    void serve(context, base, req, res).finally(() => {
      connection.open--;
      if (context.running.closing) res.once('close', () => server.closeIdleConnections());
    });
  });
  server.on('upgrade', (req, socket, head) => {
    // A request before this one on the same connection still owes its answer: the two would run into each other.
    if ((context.running.connections.get(socket)?.open ?? 0) > 0) socket.destroy();
    else void serveStream(context, headers, req, socket, head);
  });
}

const optionsFor = (context: ServerContext): ServerOptions => ({
  ...options,
  shouldUpgradeCallback: (req) => isStream(context, req),
});

export function createServer(context: ServerContext): Server {
  const server = createHttpServer(optionsFor(context));
  wire(server, context, 'connection');
  return server;
}

/** TLS is loaded only where it is used. */
export async function createTlsServer(context: ServerContext, tls: TlsOptions): Promise<Server> {
  const https = await import('node:https');
  const server = https.createServer({ ...optionsFor(context), ...tls });
  wire(server, context, 'secureConnection');
  return server;
}
