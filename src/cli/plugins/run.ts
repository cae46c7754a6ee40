import type { Cli } from '../cli.ts';
import { findPlugin, type Plugin } from './find.ts';

/** Tells a plugin how to call this program again: it dials the daemon through `system dial-stdio` where asked to. */
const originalCommand = 'DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND';

/** The compiled program is its own file; on Node its launcher says where it lies. */
const ownPath = (cli: Cli): string => cli.env.MINKE_CALLED_AS ?? process.execPath;

/**
 * Becomes the plugin: it takes the place of this process, and with it terminal, signals, job control and exit status.
 * `argv` is the whole command line behind the program's name, flags before the command included.
 */
export function becomePlugin(
  cli: Cli,
  plugin: Plugin,
  argv: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): never {
  if (process.execve === undefined)
    throw new Error(`${plugin.path} can not be started: this runtime can not replace its process`);
  const env = { ...cli.env, ...extra, [originalCommand]: ownPath(cli) };
  process.execve(plugin.path, [plugin.path, ...argv], env);
  throw new Error(`${plugin.path} could not be started`);
}

/** Runs the command of a plugin where there is one of that name; else comes back. */
export async function tryPlugin(cli: Cli, name: string): Promise<void> {
  const plugin = await findPlugin(cli, name);
  if (plugin === undefined) return;
  if (plugin.problem !== undefined) throw new Error(`plugin ${plugin.path} is not valid: ${plugin.problem}`);
  becomePlugin(cli, plugin, cli.argv);
}
