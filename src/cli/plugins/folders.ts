import { join } from 'node:path';
import type { Cli } from '../cli.ts';

const system = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Where plugins are looked for, the first that has one winning: the settings' own folders, their place, the system's. */
export function pluginFolders(cli: Cli): string[] {
  const extra = cli.config.data.cliPluginsExtraDirs;
  const named = Array.isArray(extra) ? extra.filter((folder) => typeof folder === 'string') : [];
  return [...named, join(cli.configDirectory, 'cli-plugins'), ...system];
}
