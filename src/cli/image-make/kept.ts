/** Layers are kept between runs of the command. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where they lie (XDG Base Directory Specification: an empty variable is an unset one). */
export const keptBelow = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'minke/images');

/** Seconds; an older one is made anew. */
export const keptFor = 7 * 86_400;
