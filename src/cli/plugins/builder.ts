import type { Cli } from '../cli.ts';
import { StatusError } from '../status-error.ts';
import { findPlugin } from './find.ts';
import { becomePlugin } from './run.ts';

/** Spellings that stand for a command of the builder, and what they become. */
const forwarded: readonly (readonly [spelling: readonly string[], becomes: readonly string[]])[] = [
  [['builder'], []],
  [['build'], ['build']],
  [['image', 'build'], ['build']],
  [['bake'], ['bake']],
];

/** The words behind the builder's name; undefined where the line is not one for it. */
export function builderWords(words: readonly string[]): string[] | undefined {
  for (const [spelling, becomes] of forwarded)
    if (spelling.every((word, index) => words[index] === word))
      return [...becomes, ...words.slice(spelling.length)];
  return undefined;
}

/** Go's strconv.ParseBool; an empty text is no answer. */
function wanted(value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined;
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw new StatusError('DOCKER_BUILDKIT environment variable expects boolean value', 1);
}

/**
 * Hands `build`, `builder` and `bake` to the buildx plugin, or to the one that the settings' `aliases` name. Comes back
 * where there is none, or where DOCKER_BUILDKIT=0 asks for the daemon's own builder.
 */
export async function tryBuilder(cli: Cli, words: readonly string[]): Promise<void> {
  const rest = builderWords(words);
  if (rest === undefined) return;
  const choice = words[0] === 'bake' ? true : wanted(cli.env.DOCKER_BUILDKIT);
  const alias = cli.config.texts('aliases').builder;
  if (choice === false) return;
  const name = alias ?? 'buildx';
  const plugin = await findPlugin(cli, name);
  if (plugin === undefined || plugin.problem !== undefined) {
    if (choice !== true && alias === undefined) return;
    const reason = plugin?.problem ?? `there is no plugin docker-${name}`;
    throw new StatusError(`BuildKit is wanted, but its plugin ${name} is missing or broken: ${reason}`, 1);
  }
  const globals = cli.argv.slice(0, cli.argv.length - words.length);
  // `build` makes an image for the engine that the command line speaks to, whatever builder was chosen.
  const { contextName } = await import('../connect.ts');
  const chosen =
    alias !== undefined || cli.env.BUILDX_BUILDER || rest.some((word) => /^--builder(=|$)/.test(word));
  const builder: Record<string, string> = chosen ? {} : { BUILDX_BUILDER: contextName(cli) };
  becomePlugin(cli, plugin, [...globals, name, ...rest], builder);
}
