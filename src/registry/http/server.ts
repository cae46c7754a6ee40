import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createEncrypted } from 'node:https';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../errors/minke-error.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type DispatchParts, dispatch, type Finished } from './dispatch.ts';

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Certificates of clients must be signed by one of these; undefined: clients show none. */
  readonly ca?: string | undefined;
}

export interface ServerOptions extends DispatchParts {
  readonly tls: TlsMaterial | null;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Milliseconds without a byte in either direction after which a connection is given up. */
const SILENCE = 10 * 60_000;

/** A registry's HTTP server, not yet listening. */
export function createRegistryServer(options: ServerOptions): Server {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response, options).catch((error: unknown) => {
      options.log.error('a request ended in an error', { error: messageOf(error) });
      response.destroy();
    });
  };
  const limits = { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 75_000, noDelay: true };
  const { tls } = options;
  const server =
    tls === null
      ? createPlain(limits, listener)
      : createEncrypted(
          {
            ...limits,
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.2',
            ...(tls.ca === undefined ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }),
          },
          listener,
        );
  server.setTimeout(SILENCE);
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const { metrics } = options;
  const began = performance.now();
  // A request whose connection is cut loses it.
  const { socket } = request;
  const remote = socket.remoteAddress ?? '';
  const [inBefore, outBefore] = [socket.bytesRead, socket.bytesWritten];
  metrics.change('minke_registry_requests_in_flight', 'Requests being answered.', 1);
  const over = new Promise<void>((resolve) => response.once('close', resolve));
  const finished = await dispatch(request, response, options);
  await over;
  metrics.change('minke_registry_requests_in_flight', 'Requests being answered.', -1);
  note(request, response, finished, options, {
    seconds: (performance.now() - began) / 1000,
    received: socket.bytesRead - inBefore,
    sent: socket.bytesWritten - outBefore,
    remote,
  });
}

/** One line a request, and its numbers. Of what the client said only these fields are written. */
function note(
  request: IncomingMessage,
  response: ServerResponse,
  { id, route, user, error }: Finished,
  { log, metrics }: ServerOptions,
  measured: {
    readonly seconds: number;
    readonly received: number;
    readonly sent: number;
    readonly remote: string;
  },
): void {
  const { seconds, received, sent, remote } = measured;
  const status = response.writableFinished ? response.statusCode : 499;
  const labels = { route, method: knownMethod(request.method), status: String(status) };
  metrics.count('minke_registry_requests_total', 'Requests answered.', labels);
  metrics.time('minke_registry_request_seconds', 'Time from head to end.', seconds, { route });
  metrics.count('minke_registry_received_bytes_total', 'Bytes received.', {}, received);
  metrics.count('minke_registry_sent_bytes_total', 'Bytes sent.', {}, sent);
  log.info('request', {
    id,
    method: labels.method,
    path: (request.url ?? '').split('?')[0]?.slice(0, 600) ?? '',
    status,
    received,
    sent,
    ms: Math.round(seconds * 1e4) / 10,
    remote,
    agent: (request.headers['user-agent'] ?? '').slice(0, 200),
    ...(user === null ? {} : { user }),
    ...(error === '' ? {} : { error: error.slice(0, 300) }),
  });
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const knownMethod = (method: string | undefined): string =>
  method !== undefined && methods.includes(method) ? method : 'other';

/** Where a server listens: `127.0.0.1:5000`, `[::1]:5000`, a path. */
export function addressOf(server: Server): string {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') return address ?? '';
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}

/** Ends what is idle at once, lets requests end for `patience` ms, then cuts the rest. */
export async function closeServer(server: Server, patience: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(cut);
}
