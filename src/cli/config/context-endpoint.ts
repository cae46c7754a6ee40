import { StatusError } from '../status-error.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { ContextNotFound, ContextStore } from './context-store.ts';
import { type Endpoint, normalHost } from './endpoint.ts';

/** Where a stored context points, with its TLS files. */
export function contextEndpoint(settings: ConnectionSettings, name: string): Endpoint {
  const store = new ContextStore(settings.configDirectory);
  try {
    const context = store.get(name);
    const ca = store.tls(name, 'ca.pem');
    const cert = store.tls(name, 'cert.pem');
    const key = store.tls(name, 'key.pem');
    const host = normalHost(context.host, ca !== undefined || cert !== undefined);
    const tls =
      ca !== undefined || cert !== undefined || context.skipTlsVerify || host.startsWith('https:')
        ? { ca, cert, key, verify: !context.skipTlsVerify }
        : undefined;
    return { host, tls };
  } catch (error) {
    if (error instanceof ContextNotFound)
      throw new StatusError(`Failed to initialize: unable to resolve docker endpoint: ${error.message}`, 1);
    throw error;
  }
}
