import type { Client } from '../../client/client.ts';
import { inspectImageText } from '../../client/images/inspect.ts';
import { object, parseJson, texts } from '../../client/json.ts';
import { familiarString, parseReference, type Reference } from '../../kit/reference/reference.ts';
import type { Cli } from '../cli.ts';
import { type Credentials, configHeader, serverOf } from '../config/credentials.ts';
import { knownCredentials } from '../config/known-credentials.ts';

/**
 * The header with which the daemon enters the other registries that an image came from, for what it has to fetch from
 * them first (attestations, signatures). '' where nothing is known of any.
 */
export async function sourcesAuth(cli: Cli, client: Client, name: Reference): Promise<string> {
  // Who has no login but for that one registry has none to give along, with a helper or without.
  const logins = Object.keys(cli.config.object('auths')).filter((server) => server !== serverOf(name.domain));
  if (logins.length === 0) return '';
  // Without such an image the push itself says so.
  const inspected = await inspectImageText(client, familiarString(name)).catch(() => '{}');
  const came = texts(object(parseJson(inspected)).RepoDigests).map((text) => parseReference(text).domain);
  const known = new Map<string, Credentials>();
  for (const domain of new Set(came)) {
    if (domain === name.domain) continue;
    const server = serverOf(domain);
    const credentials = await knownCredentials(cli, server);
    if (credentials !== undefined) known.set(server, credentials);
  }
  return configHeader(known);
}
