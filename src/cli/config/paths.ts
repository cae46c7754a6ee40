import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where settings lie: `--config`, DOCKER_CONFIG, `~/.docker`. */
export const configDirectory = (flag: string | undefined, env: NodeJS.ProcessEnv): string =>
  flag !== undefined && flag !== ''
    ? flag
    : env.DOCKER_CONFIG
      ? env.DOCKER_CONFIG
      : join(env.HOME || homedir(), '.docker');
