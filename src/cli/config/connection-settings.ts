import type { Globals } from '../globals.ts';
import type { ConfigFile } from './config-file.ts';

/** What decides which daemon is spoken to, and how: flags, environment, the user's settings. */
export interface ConnectionSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly globals: Globals;
  readonly config: ConfigFile;
  /** The folder of the user's settings, contexts and certificates. */
  readonly configDirectory: string;
}
