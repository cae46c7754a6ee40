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
import { parseQuery } from '../../wire/api/query.ts';
import { maxVersion, showVersion } from '../../wire/api/versions.ts';
import type { Answer, Headers } from '../answer.ts';
import type { RawCall } from '../route.ts';
import type { ApiServices } from '../services.ts';
import { takeOverStreams } from '../stream/takeover.ts';
import { checkJsonType, collect, maxJsonBytes, readJsonBody } from './body.ts';
import { type Dispatch, dispatch } from './dispatch.ts';
import { RequestLife } from './life.ts';
import type { Policy } from './policy.ts';
import { respond, respondError, respondMessage } from './respond.ts';
import type { Router } from './router.ts';
import { serveStream } from './serve-stream.ts';
import { clientMessage, statusOf } from './status.ts';

export interface ServerContext {
  readonly services: ApiServices;
  readonly router: Router;
  readonly policy: Policy;
  readonly log: Logger;
  /** Requests that can be aborted, of all listeners. */
  readonly lives: Set<RequestLife>;
  /** All connections, streams included. */
  readonly connections: Set<Duplex>;
}

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

function refuse(res: ServerResponse, found: Extract<Dispatch, { kind: 'refused' }>, headers: Headers): void {
  if (found.routed) res.setHeaders(new Map(Object.entries(headers)));
  if (!found.plain) {
    respondMessage(res, found.status, found.message);
    return;
  }
  res.writeHead(found.status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(`${found.message}\n`);
}

/** What a handler gets, before its route's own types. Made lazily where it costs: body and signal. */
function rawCall(
  req: IncomingMessage,
  found: Extract<Dispatch, { kind: 'route' }>,
  life: RequestLife,
  log: Logger,
): RawCall {
  return {
    params: found.match.params,
    query: parseQuery(found.query),
    version: found.version,
    headers: req.headers,
    log,
    get signal() {
      return life.signal;
    },
    async body(rule) {
      if (rule.kind === 'none') return undefined;
      if (rule.kind === 'stream') return req;
      checkJsonType(req.headers);
      return readJsonBody(rule, await collect(req, maxJsonBytes));
    },
  };
}

/** Lines for the log carry what is listed here and nothing else: no query, no header, no body. */
function note(log: Logger, req: IncomingMessage, path: string, status: number, started: number): void {
  const ms = Math.round((performance.now() - started) * 10) / 10;
  log.debug('request', { method: req.method ?? '', path, status, ms });
}

async function serve(
  context: ServerContext,
  headers: Headers,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const found = dispatch(context.router, context.policy, req);
  if (found.kind === 'moved') {
    res.writeHead(301, { Location: found.location, 'Content-Length': '0' }).end();
    return;
  }
  if (found.kind === 'refused') {
    refuse(res, found, headers);
    return note(context.log, req, '', found.status, started);
  }
  const life = new RequestLife(res, context.lives);
  res.setHeaders(new Map(Object.entries(headers)));
  try {
    const answer: Answer = await found.match.route.run(
      rawCall(req, found, life, context.log),
      context.services,
    );
    life.endless = answer.kind === 'records' || answer.kind === 'later';
    await respond(req, res, answer);
  } catch (error) {
    failed(context, req, res, found.path, error);
  } finally {
    life.end();
    note(context.log, req, found.path, res.statusCode, started);
  }
}

function failed(
  context: ServerContext,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  error: unknown,
): void {
  const gone = res.destroyed || res.socket === null || res.socket.destroyed;
  if (!gone && statusOf(error) >= 500)
    context.log.error('request failed', { method: req.method ?? '', path, error: clientMessage(error) });
  if (gone || res.headersSent) {
    res.destroy();
    return;
  }
  for (const name of ['Content-Type', 'Content-Length', 'Content-Encoding']) res.removeHeader(name);
  respondError(res, error);
}

/** The route of a request that turns its connection into a stream, judged from the head. */
function isStream(context: ServerContext, req: IncomingMessage): boolean {
  if (req.headers.upgrade === undefined && req.method !== 'POST') return false;
  const found = dispatch(context.router, context.policy, req);
  return found.kind === 'route' && found.match.route.connection !== 'plain';
}

/** @param connected the event of a connection that speaks HTTP: with TLS, one whose handshake is done */
function wire(server: Server, context: ServerContext, connected: 'connection' | 'secureConnection'): void {
  const headers = engineHeaders(context.services);
  const open = new WeakMap<Duplex, number>();
  const count = (socket: Duplex, by: number) => open.set(socket, (open.get(socket) ?? 0) + by);
  const onConnection = (socket: Duplex) => {
    context.connections.add(socket);
    socket.once('close', () => context.connections.delete(socket));
    if (!takeOverStreams(socket, (req) => isStream(context, req)))
      context.log.warn(
        'this version of Node gives no hook into its HTTP parser: attach without Upgrade fails',
      );
  };
  server.on(connected, onConnection);
  server.on('request', (req, res) => {
    const { socket } = req;
    count(socket, 1);
    res.once('close', () => count(socket, -1));
    void serve(context, headers, req, res);
  });
  server.on('upgrade', (req, socket, head) => {
    // A request before this one on the same connection still owes its answer: the two would run into each other.
    if ((open.get(socket) ?? 0) > 0) {
      socket.destroy();
      return;
    }
    void serveStream(context, headers, req, socket, head);
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
