import { messageOf } from '../../errors/minke-error.ts';
import type { Cli } from '../cli.ts';
import { type Credentials, getCredentials } from './credentials.ts';
import { environmentCredentials } from './env-credentials.ts';

/**
 * What is known for a registry: by the environment, else by the settings and their helpers. Where one of them can't be
 * read that is said once, and it goes on without: most images are there for everybody.
 */
export async function knownCredentials(cli: Cli, server: string): Promise<Credentials | undefined> {
  try {
    const given = environmentCredentials(cli.env, server);
    if (given !== undefined) return given;
  } catch (error) {
    cli.warnOnce(`Failed to create credential store from DOCKER_AUTH_CONFIG: ${messageOf(error)}`);
  }
  try {
    return await getCredentials(cli.config, cli.env, server);
  } catch (error) {
    cli.warnOnce(`WARNING: no credentials for ${server}: ${messageOf(error)}`);
    return undefined;
  }
}
