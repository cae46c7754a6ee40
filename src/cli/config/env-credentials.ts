import { isObject, type Json } from '../../client/json.ts';
import { messageOf } from '../../errors/minke-error.ts';
import { type Credentials, fromEntry } from './credentials.ts';

/** What DOCKER_AUTH_CONFIG holds is malformed; the message never has any of it. */
export class EnvironmentAuthError extends Error {}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw new EnvironmentAuthError('not JSON');
  }
}

/**
 * Credentials that the environment gives (`DOCKER_AUTH_CONFIG`, the `auths` of a config.json): they come before those
 * of the settings. Only `auth` is read, as with Docker. Throws `EnvironmentAuthError`.
 */
export function environmentCredentials(env: NodeJS.ProcessEnv, server: string): Credentials | undefined {
  const text = env.DOCKER_AUTH_CONFIG ?? '';
  if (text === '') return undefined;
  const data = parse(text);
  if (!isObject(data) || !isObject(data.auths)) throw new EnvironmentAuthError('it has no "auths"');
  let found: Credentials | undefined;
  for (const [name, entry] of Object.entries(data.auths)) {
    const auth = isObject(entry) ? entry.auth : undefined;
    if (typeof auth !== 'string' || auth === '')
      throw new EnvironmentAuthError(`${name}: auth field cannot be empty`);
    try {
      const credentials = fromEntry({ auth });
      if (name === server) found = credentials;
    } catch (error) {
      throw new EnvironmentAuthError(`${name}: ${messageOf(error)}`);
    }
  }
  return found;
}
