import { Cli, type Streams } from './cli.ts';
import type { Command } from './command.ts';
import { FlagError, HelpWanted, parseFlags } from './flags/parse.ts';
import { type Globals, globalFlags } from './globals.ts';
import { type Resolved, resolve } from './resolve.ts';
import { root } from './root.ts';
import { StatusError, usageStatus } from './status-error.ts';
import type { Leaf } from './tree.ts';

/** Runs one command line; resolves with the exit status. */
export async function main(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  streams?: Streams,
): Promise<number> {
  let cli = new Cli({ program, env, globals: noGlobals, builtIn, argv, streams });
  try {
    const parsed = parseFlags(argv, globalFlags, { interspersed: false });
    const globals = parsed.values as Globals; // made by the kinds that the type is derived from
    cli = new Cli({ program, env, globals, builtIn, argv, streams });
    return await dispatch(cli, ownWords(program, parsed.args));
  } catch (error) {
    return report(cli, error, argv);
  }
}

const builtIn = new Set(root.entries.map(({ name }) => name));

const noGlobals = Object.fromEntries(
  Object.entries(globalFlags).map(([name, flag]) => [name, flag.default]),
) as Globals;

/** First words of lines that a builder plugin may take over. */
const builderSpellings: ReadonlySet<string> = new Set(['build', 'builder', 'image', 'bake']);

/** Run as a plugin of docker, its own name stands in front of the command (`docker minke ps`, `docker help minke`). */
function ownWords(program: string, words: readonly string[]): readonly string[] {
  const [parent, name] = program.split(' ');
  if (parent === undefined || name === undefined) return words;
  const at = words[0] === 'help' ? 1 : 0;
  return words[at] === name ? words.toSpliced(at, 1) : words;
}

async function dispatch(cli: Cli, words: readonly string[]): Promise<number> {
  const level = cli.globals['log-level'];
  if (!['debug', 'info', 'warn', 'error', 'fatal', 'trace', 'panic', 'warning'].includes(level.toLowerCase()))
    throw new StatusError(`Unable to parse logging level: ${level}`, 1);
  if (cli.globals.version) {
    const { versionLine } = await import('./version.ts');
    cli.out.line(versionLine(cli.program));
    return 0;
  }
  if (builderSpellings.has(words[0] ?? ''))
    await (await import('./plugins/builder.ts')).tryBuilder(cli, words);
  if (words[0] === 'help') return (await import('./show-help.ts')).helpCommand(cli, words.slice(1));
  const resolved = resolve(root, cli.program, words);
  if (resolved.kind === 'leaf') return runLeaf(cli, resolved);
  if (resolved.kind === 'unknown' && resolved.group === root)
    await (await import('./plugins/run.ts')).tryPlugin(cli, resolved.word);
  return (await import('./show-help.ts')).answerGroup(cli, resolved);
}

async function runLeaf(cli: Cli, { leaf, path, rest }: Extract<Resolved, { kind: 'leaf' }>): Promise<number> {
  const { command } = await leaf.load();
  try {
    const parsed = parseFlags(rest, command.flags, { interspersed: command.interspersed ?? true });
    for (const warning of parsed.warnings) cli.err.line(warning);
    checkArity(cli, command, path, parsed.args.length);
    const status = await command.run(cli, {
      flags: parsed.values,
      changed: parsed.changed,
      args: parsed.args,
      path,
      usage: `${path} ${command.usage}`,
    });
    return status ?? 0;
  } catch (error) {
    if (error instanceof HelpWanted)
      return (await import('./show-help.ts')).showCommand(cli, leaf, command, path);
    if (error instanceof FlagError) throw await flagMistake(error, leaf, command, path);
    throw error;
  }
}

async function flagMistake(
  error: FlagError,
  _leaf: Leaf,
  command: Command,
  path: string,
): Promise<StatusError> {
  const { meantFlag } = await import('./show-help.ts');
  return new StatusError(
    `${error.message}${meantFlag(error.message, command.flags)}\n\nUsage:  ${path} ${command.usage}`.trimEnd() +
      `\n\nRun '${path} --help' for more information`,
    usageStatus,
  );
}

function checkArity(cli: Cli, command: Command, path: string, count: number): void {
  const { min, max } = command.arity;
  if (count >= min && (max === undefined || count <= max)) return;
  const plural = (number: number): string => `${number} argument${number === 1 ? '' : 's'}`;
  let wants: string;
  let look = 'Run';
  if (max === 0) wants = 'accepts no arguments';
  else if (max === undefined) {
    wants = `requires at least ${plural(min)}`;
    look = 'See';
  } else if (min === max) wants = `requires ${plural(min)}`;
  else if (min === 0) wants = `requires at most ${plural(max)}`;
  else wants = `requires at least ${min} and at most ${plural(max)}`;
  throw new StatusError(
    `${cli.program}: '${path}' ${wants}\n\nUsage:  ${path} ${command.usage}`.trimEnd() +
      `\n\n${look} '${path} --help' for more information`,
    1,
  );
}

async function report(cli: Cli, error: unknown, argv: readonly string[]): Promise<number> {
  if (error instanceof HelpWanted) return (await import('./show-help.ts')).helpBefore(cli, argv);
  if (error instanceof FlagError) {
    cli.err.line(
      `${error.message}\n\nUsage:  ${cli.program} [OPTIONS] COMMAND [ARG...]\n\nRun '${cli.program} --help' for more information`,
    );
    return usageStatus;
  }
  if (error instanceof StatusError) {
    if (error.message !== '') cli.err.line(error.message);
    await hintAtNames(cli, error);
    return error.status;
  }
  cli.err.line(error instanceof Error ? error.message : String(error));
  await hintAtNames(cli, error);
  if (argv.includes('-D') || argv.includes('--debug') || cli.env.MINKE_DEBUG)
    cli.err.line(error instanceof Error ? (error.stack ?? '') : '');
  return 1;
}

/** On a terminal a name that nothing has gets those that come near. */
async function hintAtNames(cli: Cli, error: unknown): Promise<void> {
  if (!cli.err.isTerminal || !(error instanceof Error)) return;
  const { namesLike } = await import('./suggest-name.ts');
  const near = await namesLike(cli, error.message).catch(() => []);
  if (near.length > 0) cli.err.line(`Did you mean:  ${near.join(', ')}`);
}
