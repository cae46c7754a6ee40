import type { Cli } from './cli.ts';
import type { Command } from './command.ts';
import type { Flags } from './flags/kind.ts';
import { parseFlags } from './flags/parse.ts';
import { globalFlags } from './globals.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import { refusal } from './not-yet.ts';
import { pluginNames } from './plugins/find.ts';
import { type Resolved, resolve } from './resolve.ts';
import { root } from './root.ts';
import { StatusError } from './status-error.ts';
import { suggestions } from './suggest.ts';
import type { Group, Leaf } from './tree.ts';

const width = (cli: Cli): number => cli.out.columns - 1;

export function showRoot(cli: Cli): number {
  const plugins = pluginNames(cli);
  cli.out.line(rootHelp(root, cli.program, globalFlags, width(cli), plugins).trimEnd());
  return 0;
}

/** `minke --help volume create`: help that is asked for before the command is the command's. */
export async function helpBefore(cli: Cli, argv: readonly string[]): Promise<number> {
  const behind = argv.filter((word) => word !== '--help' && word !== '-h');
  const { args } = parseFlags(behind, globalFlags, { interspersed: false });
  const resolved = resolve(root, cli.program, args);
  if (resolved.kind === 'leaf')
    return showCommand(cli, resolved.leaf, (await resolved.leaf.load()).command, resolved.path);
  if (resolved.kind === 'unknown' || resolved.group === root) return showRoot(cli);
  cli.out.raw(groupHelp(root, resolved.group, resolved.path));
  return 0;
}

export function showCommand(cli: Cli, leaf: Leaf, command: Command, path: string): number {
  cli.out.line(commandHelp(root, cli.program, leaf, command, path, width(cli)).trimEnd());
  return 0;
}

/** `minke help volume create`. */
export async function helpCommand(cli: Cli, words: readonly string[]): Promise<number> {
  const resolved = resolve(root, cli.program, words);
  if (resolved.kind === 'unknown' && resolved.group === root)
    await (await import('./plugins/run.ts')).tryPlugin(cli, resolved.word);
  if (resolved.kind === 'unknown' || resolved.rest.length > 0)
    throw new StatusError(`unknown help topic: ${words.join(' ')}`, 1);
  if (resolved.kind === 'leaf')
    return showCommand(cli, resolved.leaf, (await resolved.leaf.load()).command, resolved.path);
  if (resolved.group === root) return showRoot(cli);
  cli.out.raw(groupHelp(root, resolved.group, resolved.path));
  return 0;
}

/** A group without a command, with a flag, or with a word that is no command of it. */
export function answerGroup(cli: Cli, resolved: Exclude<Resolved, { kind: 'leaf' }>): number {
  const { group, path } = resolved;
  const isRoot = group === root;
  if (resolved.kind === 'unknown') {
    const line = isRoot ? refusal(cli.program, resolved.word) : undefined;
    throw line === undefined ? unknownCommand(cli, group, path, resolved.word) : new StatusError(line, 1);
  }
  const flag = resolved.rest[0];
  if (flag === undefined && isRoot) return showRoot(cli);
  if (flag === undefined) {
    cli.err.raw(groupHelp(root, group, path));
    return 0;
  }
  if (flag === '--help' || flag === '-h') {
    if (isRoot) return showRoot(cli);
    cli.out.raw(groupHelp(root, group, path));
    return 0;
  }
  const reason = flag.startsWith('--')
    ? `unknown flag: ${flag.split('=')[0]}`
    : `unknown shorthand flag: '${flag[1]}' in ${flag}`;
  throw new StatusError(
    `${reason}\n\nUsage:  ${path} COMMAND\n\nRun '${path} --help' for more information`,
    125,
  );
}

function unknownCommand(cli: Cli, group: Group, path: string, word: string): StatusError {
  const known = group.entries.flatMap((entry) =>
    entry.kind === 'leaf' ? [entry.name, ...entry.aliases] : [entry.name],
  );
  const meant = suggestions(word, known);
  const hint =
    meant.length === 0 ? '' : `\n\nDid you mean:  ${meant.map((name) => `${path} ${name}`).join(', ')}`;
  const usage = group === root ? '' : `\n\nUsage:  ${path} COMMAND`;
  return new StatusError(
    `${cli.program}: unknown command: ${path} ${word}${hint}${usage}\n\nRun '${path} --help' for more information`,
    1,
  );
}

/** What a mistyped flag may have meant, for the end of the message. */
export function meantFlag(message: string, flags: Flags): string {
  const word = /^unknown flag: --(.+)$/.exec(message)?.[1];
  if (word === undefined) return '';
  const meant = suggestions(word, Object.keys(flags));
  return meant.length === 0 ? '' : `\n\nDid you mean:  ${meant.map((name) => `--${name}`).join(', ')}`;
}
