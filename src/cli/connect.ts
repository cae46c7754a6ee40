import type { Duplex } from 'node:stream';
import { Client } from '../client/client.ts';
import { parseAddress } from '../client/transport/address.ts';
import { dialer } from '../client/transport/dial.ts';
import type { Cli } from './cli.ts';
import { type Endpoint, normalHost } from './config/endpoint.ts';
import { StatusError } from './status-error.ts';

/** The name of the context in force: flag, DOCKER_HOST (which means `default`), DOCKER_CONTEXT, settings. */
export function contextName(cli: Cli): string {
  if (cli.globals.context !== '') return cli.globals.context;
  if (cli.globals.host.length > 0 || cli.env.DOCKER_HOST) return 'default';
  return cli.env.DOCKER_CONTEXT || cli.config.text('currentContext') || 'default';
}

async function endpoint(cli: Cli): Promise<Endpoint> {
  if (cli.globals.host.length > 1) throw new StatusError('Specify only one -H', 1);
  if (cli.globals.host.length > 0 && cli.globals.context !== '')
    throw new StatusError('conflicting options: cannot specify both --host and --context', 1);
  const name = contextName(cli);
  if (name !== 'default') return (await import('./config/context-endpoint.ts')).contextEndpoint(cli, name);
  const wantsTls = cli.globals.tls || cli.globals.tlsverify || (cli.env.DOCKER_TLS_VERIFY ?? '') !== '';
  const host = normalHost(cli.globals.host[0] ?? cli.env.DOCKER_HOST ?? '', wantsTls);
  if (!wantsTls && !/^https:/.test(host)) return { host, tls: undefined };
  return { host, tls: (await import('./config/tls-files.ts')).tlsFromFlags(cli) };
}

/** Makes the client; nothing is sent yet. */
export async function connect(cli: Cli): Promise<Client> {
  const { host, tls } = await endpoint(cli);
  const address = parseAddress(host);
  return new Client({
    dial: dialer(address, tls),
    host,
    prefix: address.kind === 'tcp' ? address.prefix : '',
    version: cli.env.DOCKER_API_VERSION || undefined,
    headers: cli.config.texts('HttpHeaders'),
  });
}

/** A byte stream to the daemon, nothing sent on it. */
export async function dialEndpoint(cli: Cli): Promise<Duplex> {
  const { host, tls } = await endpoint(cli);
  return dialer(parseAddress(host), tls)();
}
