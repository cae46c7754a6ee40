import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../../client/json.ts';
import type { ConfigFile } from './config-file.ts';
import { CredentialHelper, type Credentials } from './credential-helper.ts';
import { saveConfig } from './save-config.ts';

export type { Credentials } from './credential-helper.ts';

/** The name that Docker Hub's credentials are kept under. */
export const hubServer = 'https://index.docker.io/v1/';

/** `docker.io` and its spellings to the name of Docker Hub's entry; others as they are. */
export function serverOf(domain: string): string {
  const plain = domain.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'index.docker.io/v1'].includes(plain)
    ? hubServer
    : domain;
}

/** What it was called in an address: the part that entries are kept under. */
export const hostnameOf = (address: string): string =>
  address.replace(/^https?:\/\//, '').split('/')[0] ?? '';

function helperFor(config: ConfigFile, env: NodeJS.ProcessEnv, server: string): CredentialHelper | undefined {
  const name =
    config.texts('credHelpers')[server] ??
    config.texts('credHelpers')[hostnameOf(server)] ??
    config.text('credsStore');
  return name === undefined ? undefined : new CredentialHelper(name, env);
}

export function fromEntry(entry: JsonObject): Credentials | undefined {
  const plain = (key: string): string => {
    const value = entry[key];
    return typeof value === 'string' ? value : '';
  };
  let username = plain('username');
  let password = plain('password');
  const auth = plain('auth');
  if (auth !== '') {
    const decoded = Buffer.from(auth, 'base64').toString();
    const colon = decoded.indexOf(':');
    if (colon < 0) throw new Error('Invalid auth configuration file');
    username = decoded.slice(0, colon);
    password = decoded.slice(colon + 1).replace(/\0+$/, '');
  }
  const identityToken = plain('identitytoken');
  return username === '' && identityToken === '' ? undefined : { username, password, identityToken };
}

/** Credentials for a registry: from its helper, the store, or the settings file. A helper that fails is an error. */
export async function getCredentials(
  config: ConfigFile,
  env: NodeJS.ProcessEnv,
  server: string,
): Promise<Credentials | undefined> {
  const helper = helperFor(config, env, server);
  if (helper !== undefined) return helper.get(server);
  const auths = config.object('auths');
  const exact = auths[server];
  if (isObject(exact)) return fromEntry(exact);
  for (const [key, entry] of Object.entries(auths))
    if (hostnameOf(key) === hostnameOf(server) && isObject(entry)) return fromEntry(entry);
  return undefined;
}

/** Resolves with true where they lie in the settings file unencrypted, and did not before. */
export async function storeCredentials(
  config: ConfigFile,
  env: NodeJS.ProcessEnv,
  server: string,
  credentials: Credentials,
): Promise<boolean> {
  const helper = helperFor(config, env, server);
  const auths = config.object('auths');
  if (helper !== undefined) {
    await helper.store(server, credentials);
    saveConfig(config, { ...config.data, auths: { ...auths, [server]: {} } });
    return false;
  }
  const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  const entry: JsonObject =
    credentials.identityToken === ''
      ? { auth }
      : {
          auth: Buffer.from(`${credentials.username}:`).toString('base64'),
          identitytoken: credentials.identityToken,
        };
  if (isDeepStrictEqual(auths[server], entry)) return false;
  saveConfig(config, { ...config.data, auths: { ...auths, [server]: entry } });
  return true;
}

export async function eraseCredentials(
  config: ConfigFile,
  env: NodeJS.ProcessEnv,
  server: string,
): Promise<void> {
  await helperFor(config, env, server)?.erase(server);
  const auths = { ...config.object('auths') };
  if (!Object.hasOwn(auths, server)) return;
  delete auths[server];
  saveConfig(config, { ...config.data, auths });
}

function fieldsOf(server: string, credentials: Credentials | undefined): object {
  if (credentials === undefined) return {};
  const { username, password, identityToken } = credentials;
  return identityToken === ''
    ? { username, password, serveraddress: server }
    : { username: username || undefined, identitytoken: identityToken, serveraddress: server };
}

const encode = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** The `X-Registry-Auth` header: URL-safe base64 of JSON; of an empty object where nothing is known. */
export const authHeader = (server: string, credentials: Credentials | undefined): string =>
  encode(fieldsOf(server, credentials));

/** The `X-Registry-Config` header: the same of several, by server; '' where nothing is known. */
export function configHeader(known: ReadonlyMap<string, Credentials>): string {
  const all = [...known].map(([server, credentials]) => [server, fieldsOf(server, credentials)]);
  return all.length === 0 ? '' : encode(Object.fromEntries(all));
}
