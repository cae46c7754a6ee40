import type { Duplex } from 'node:stream';
import { Client } from '../client/client.ts';
import { parseAddress } from '../client/transport/address.ts';
import { dialer } from '../client/transport/dial.ts';
import type { ConnectionSettings } from './config/connection-settings.ts';
import { type Endpoint, normalHost } from './config/endpoint.ts';
import { StatusError } from './status-error.ts';

/** The name of the context in force: flag, DOCKER_HOST (which means `default`), DOCKER_CONTEXT, settings. */
export function contextName(settings: ConnectionSettings): string {
  if (settings.globals.context !== '') return settings.globals.context;
  if (settings.globals.host.length > 0 || settings.env.DOCKER_HOST) return 'default';
  return settings.env.DOCKER_CONTEXT || settings.config.text('currentContext') || 'default';
}

async function endpoint(settings: ConnectionSettings): Promise<Endpoint> {
  if (settings.globals.host.length > 1) throw new StatusError('Specify only one -H', 1);
  if (settings.globals.host.length > 0 && settings.globals.context !== '')
    throw new StatusError('conflicting options: cannot specify both --host and --context', 1);
  const name = contextName(settings);
  if (name !== 'default')
    return (await import('./config/context-endpoint.ts')).contextEndpoint(settings, name);
  const wantsTls =
    settings.globals.tls || settings.globals.tlsverify || (settings.env.DOCKER_TLS_VERIFY ?? '') !== '';
  const host = normalHost(settings.globals.host[0] ?? settings.env.DOCKER_HOST ?? '', wantsTls);
  if (!wantsTls && !/^https:/.test(host)) return { host, tls: undefined };
  return { host, tls: (await import('./config/tls-files.ts')).tlsFromFlags(settings) };
}

/** Makes the client; nothing is sent yet. */
export async function connect(settings: ConnectionSettings): Promise<Client> {
  const { host, tls } = await endpoint(settings);
  const address = parseAddress(host);
  return new Client({
    dial: dialer(address, tls),
    host,
    prefix: address.kind === 'tcp' ? address.prefix : '',
    version: settings.env.DOCKER_API_VERSION || undefined,
    headers: settings.config.texts('HttpHeaders'),
  });
}

/** A byte stream to the daemon, nothing sent on it. */
export async function dialEndpoint(settings: ConnectionSettings): Promise<Duplex> {
  const { host, tls } = await endpoint(settings);
  return dialer(parseAddress(host), tls)();
}
