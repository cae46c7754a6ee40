/** The Engine API on any number of listeners. */
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { type Logger, silentLogger } from '../kit/log/logger.ts';
import { localSocketPolicy, type Policy } from './http/policy.ts';
import { createRouter } from './http/router.ts';
import { Running } from './http/running.ts';
import { createServer, createTlsServer } from './http/server.ts';
import type { ServerContext } from './http/server-context.ts';
import { type Listener, listen, tlsOptions } from './listener.ts';
import { routes } from './routes/table.ts';
import type { ApiServices } from './services.ts';
import { HangUpWatch, type HungUp } from './stream/hang-up.ts';

export interface ApiOptions {
  readonly log?: Logger;
  /** Tells whether the peer of a connected socket is gone (`host/fds/hung-up.ts`). */
  readonly hungUp?: HungUp;
  /** How often clients that ended their input are looked at; for tests. */
  readonly hangUpMs?: number;
}

export interface Api {
  /** Starts to serve on a listener; answers where (`unix:/path`, `tcp:host:port`). Throws where it can't. */
  handle(listener: Listener): Promise<{ readonly address: string; readonly server: Server }>;
  /** Takes no new requests, ends endless streams, lets other requests end for `graceMs`, then cuts them. */
  close(graceMs?: number): Promise<void>;
}

/** Clients with a certificate of ours may call us by any name: the name is what TLS itself has checked. */
function policyOf(listener: Listener): Policy {
  if (listener.kind === 'unix') return localSocketPolicy;
  const { tls, names: more = [] } = listener.kind === 'tcp' ? listener : {};
  if (tls?.clientCa) return { refuseWebPages: true, hostNames: null };
  const names = ['localhost', hostname(), ...more];
  return { refuseWebPages: true, hostNames: new Set(names.map((name) => name.toLowerCase())) };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return `unix:${address ?? ''}`;
  return `tcp:${address.address}:${address.port}`;
}

export function createApi(services: ApiServices, options: ApiOptions = {}): Api {
  const log = options.log ?? silentLogger;
  const router = createRouter(routes);
  const running = new Running();
  const hangUps = options.hungUp === undefined ? null : new HangUpWatch(options.hungUp, options.hangUpMs);
  const servers = new Set<Server>();
  return {
    async handle(listener) {
      const context: ServerContext = {
        ...{ services, router, log, running, hangUps },
        policy: policyOf(listener),
      };
      const tls = listener.kind === 'tcp' ? listener.tls : undefined;
      const server = tls ? await createTlsServer(context, tlsOptions(tls)) : createServer(context);
      await listen(server, listener);
      if (listener.kind === 'fd' && typeof server.address() !== 'object') context.policy = localSocketPolicy;
      servers.add(server);
      return { address: addressOf(server), server };
    },
    async close(graceMs = 5000) {
      running.closing = true;
      const closed = [...servers].map(
        (server) => new Promise<void>((resolve) => server.close(() => resolve())),
      );
      running.abortEndless();
      const limit = setTimeout(() => running.abortAll(), graceMs);
      await Promise.all(closed);
      clearTimeout(limit);
    },
  };
}
