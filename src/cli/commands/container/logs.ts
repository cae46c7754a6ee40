import { inspectContainer } from '../../../client/containers/inspect.ts';
import { containerLogs } from '../../../client/containers/logs.ts';
import { bool as boolField, object } from '../../../client/json.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { toTimestamp } from '../../format/timestamp.ts';

const since = 'time, such as 2026-11-23T13:23:37Z, or how long ago, such as 42m';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  completeArgs: ['containers'],
  examples: ['minke logs -f --tail 20 web', 'minke logs -f web worker db --grep "(?i)error"'],
  flags: {
    details: flag(bool, 'Show the labels and variables that the log driver added'),
    follow: flag(bool, 'Go on as more comes', { short: 'f' }),
    grep: flag(string, 'Only lines that this regular expression matches; (?i) in front ignores case'),
    since: flag(string, `Only what was said since this ${since}`),
    tail: flag(string, 'Only the last lines, as many as this', { short: 'n', default: 'all' }),
    timestamps: flag(bool, 'Show when each line was said', { short: 't' }),
    until: flag(string, `Only what was said before this ${since}`),
  },
  async run(cli, { flags, args }) {
    const options = {
      stdout: true,
      stderr: true,
      follow: flags.follow,
      timestamps: flags.timestamps,
      details: flags.details,
      since: point('since', flags.since),
      until: point('until', flags.until),
      tail: flags.tail,
    };
    const client = await cli.client();
    const [name = ''] = args;
    if (args.length === 1 && flags.grep === '') {
      const tty = await hasTerminal(cli, name);
      const { showLogs } = await import('../../logs/show.ts');
      await showLogs(cli, await containerLogs(client, name, options), tty);
      return 0;
    }
    const { showPrefixed } = await import('../../logs/many.ts');
    const sources = await Promise.all(
      args.map(async (container) => ({
        name: container,
        tty: await hasTerminal(cli, container),
        open: () => containerLogs(client, container, options),
      })),
    );
    await showPrefixed(cli, sources, flags.grep === '' ? undefined : expression(flags.grep));
    return 0;
  },
});

function point(name: string, value: string): string {
  try {
    return toTimestamp(value);
  } catch (error) {
    throw new Error(`invalid value for "${name}": ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Logs of a container with a terminal have no frames; daemons before API 1.42 do not say which they send. */
const hasTerminal = async (cli: Cli, name: string): Promise<boolean> =>
  boolField(object(object(await inspectContainer(await cli.client(), name)).Config).Tty);

function expression(source: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  try {
    return new RegExp(flags === null ? source : source.slice(flags[0].length), flags?.[1] ?? '');
  } catch (error) {
    throw new Error(`--grep: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
