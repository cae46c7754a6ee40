/** `X-Registry-Auth` of the Engine API, and the body of `POST /auth`: what a client enters a registry with. */
import * as v from 'valibot';

const text = v.nullish(v.string(), '');

const Schema = v.object({
  username: text,
  password: text,
  auth: text,
  serveraddress: text,
  identitytoken: text,
  registrytoken: text,
});

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  /** In place of a password: exchanged for access tokens. */
  readonly identityToken: string;
  /** Shown to the registry as it is. */
  readonly registryToken: string;
  /** '' is Docker Hub. */
  readonly serverAddress: string;
}

/** Of somebody whom the registry does not know. */
export const anonymous: RegistryCredentials = {
  username: '',
  password: '',
  identityToken: '',
  registryToken: '',
  serverAddress: '',
};

/** Undefined for what has not that form. */
export function readCredentials(json: unknown): RegistryCredentials | undefined {
  const parsed = v.safeParse(Schema, json ?? {});
  if (!parsed.success) return undefined;
  const { username, password, auth, serveraddress, identitytoken, registrytoken } = parsed.output;
  const [fromAuth, ...rest] = auth === '' ? [] : Buffer.from(auth, 'base64').toString().split(':');
  return {
    username: username || (fromAuth ?? ''),
    password: password || rest.join(':').replace(/\0+$/, ''),
    identityToken: identitytoken,
    registryToken: registrytoken,
    serverAddress: serveraddress,
  };
}

/** Base64, of either alphabet, of JSON. What can't be read counts as no credentials, as in Docker. */
export function parseAuthHeader(header: string | undefined): RegistryCredentials {
  if (header === undefined || header === '') return anonymous;
  try {
    return readCredentials(JSON.parse(Buffer.from(header, 'base64').toString())) ?? anonymous;
  } catch {
    return anonymous;
  }
}
