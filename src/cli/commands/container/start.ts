import { attachContainer } from '../../../client/containers/attach.ts';
import { inspectContainer } from '../../../client/containers/inspect.ts';
import { killContainer } from '../../../client/containers/kill.ts';
import { resizeContainer } from '../../../client/containers/resize.ts';
import { startContainer } from '../../../client/containers/start.ts';
import { bool as boolField, object, text } from '../../../client/json.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { watchExit } from '../../run/watch-exit.ts';
import { checkDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke start web', 'minke start -ai shell'],
  completeArgs: ['containers'],
  flags: {
    attach: flag(bool, 'Show its output and pass signals on', { short: 'a' }),
    checkpoint: flag(string, 'Restore from this checkpoint', { hidden: true }),
    'checkpoint-dir': flag(string, 'Folder that checkpoints are in', { hidden: true }),
    'detach-keys': flag(string, 'Keys that detach, in place of ctrl-p,ctrl-q'),
    interactive: flag(bool, 'Attach to its standard input too', { short: 'i' }),
  },
  async run(cli, { flags, args }) {
    const detachKeys = flags['detach-keys'] || (cli.config.text('detachKeys') ?? '');
    checkDetachKeys(detachKeys);
    const checkpoint = { checkpoint: flags.checkpoint, 'checkpoint-dir': flags['checkpoint-dir'] };
    if (flags.attach || flags.interactive) {
      if (args.length > 1) throw new Error('you cannot start and attach multiple containers at once');
      return startAttached(cli, args[0] ?? '', { ...checkpoint, interactive: flags.interactive, detachKeys });
    }
    if (flags.checkpoint !== '' && args.length > 1)
      throw new Error('you cannot restore multiple containers at once');
    return startAll(cli, args, checkpoint);
  },
});

async function startAll(
  cli: Cli,
  names: readonly string[],
  checkpoint: Parameters<typeof startContainer>[2],
): Promise<number> {
  const client = await cli.client();
  const failed: string[] = [];
  for (const name of names)
    try {
      await startContainer(client, name, checkpoint);
      cli.out.line(name);
    } catch (error) {
      cli.err.line(error instanceof Error ? error.message : String(error));
      failed.push(name);
    }
  if (failed.length > 0) throw new Error(`Error: failed to start containers: ${failed.join(', ')}`);
  return 0;
}

interface StartAttached {
  readonly interactive: boolean;
  readonly detachKeys: string;
  readonly checkpoint: string;
  readonly 'checkpoint-dir': string;
}

async function startAttached(cli: Cli, name: string, wanted: StartAttached): Promise<number> {
  const client = await cli.client();
  const found = object(await inspectContainer(client, name));
  const id = text(found.Id);
  const config = object(found.Config);
  const removes = boolField(object(found.HostConfig).AutoRemove);
  const options = {
    stdin: wanted.interactive && boolField(config.OpenStdin),
    stdout: true,
    stderr: true,
    tty: boolField(config.Tty),
    detachKeys: wanted.detachKeys,
  };
  if (!options.tty) forwardSignals((signal) => killContainer(client, id, { signal }));
  const [stream, exit] = await Promise.all([
    attachContainer(client, id, options),
    watchExit(cli, client, id, removes),
  ]);
  const session = joinStreams(cli, stream, options);
  try {
    await startContainer(client, id, wanted);
  } catch (error) {
    session.stop();
    if (removes) await exit.status;
    throw error;
  }
  if (options.tty && cli.out.isTerminal)
    followSize(cli, (rows, columns) => resizeContainer(client, id, rows, columns));
  if ((await session.ended) === 'detached') return 0;
  return exit.status;
}
