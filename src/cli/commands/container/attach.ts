import { attachContainer } from '../../../client/containers/attach.ts';
import { inspectContainer } from '../../../client/containers/inspect.ts';
import { killContainer } from '../../../client/containers/kill.ts';
import { resizeContainer } from '../../../client/containers/resize.ts';
import { waitContainer } from '../../../client/containers/wait.ts';
import { bool as boolField, type Json, object } from '../../../client/json.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { checkTty } from '../../terminal/check-tty.ts';
import { checkDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER',
  arity: { min: 1, max: 1 },
  examples: ['minke attach --detach-keys ctrl-x web'],
  completeArgs: ['running-containers'],
  flags: {
    'detach-keys': flag(string, 'Keys that detach, in place of ctrl-p,ctrl-q'),
    'no-stdin': flag(bool, 'Leave standard input alone'),
    'sig-proxy': flag(bool, 'Pass signals on to the process', { default: true }),
  },
  async run(cli, { flags, args }) {
    const [container = ''] = args;
    const detachKeys = flags['detach-keys'] || (cli.config.text('detachKeys') ?? '');
    checkDetachKeys(detachKeys);
    const client = await cli.client();
    const found = object(await inspectContainer(client, container));
    checkRunning(found.State ?? null);
    const config = object(found.Config);
    const tty = boolField(config.Tty);
    checkTty(!flags['no-stdin'], tty);
    const options = {
      stdin: !flags['no-stdin'] && boolField(config.OpenStdin),
      stdout: true,
      stderr: true,
      tty,
      detachKeys,
    };
    const [stream, { exit }] = await Promise.all([
      attachContainer(client, container, options),
      waitContainer(client, container),
    ]);
    if (flags['sig-proxy'] && !tty) forwardSignals((signal) => killContainer(client, container, { signal }));
    // One size that differs makes the program draw its screen anew.
    if (tty && cli.out.isTerminal) {
      await resizeContainer(client, container, cli.out.rows + 1, cli.out.columns + 1).catch(() => undefined);
      followSize(cli, (rows, columns) => resizeContainer(client, container, rows, columns));
    }
    const end = await joinStreams(cli, stream, options).ended;
    if (end === 'detached') throw new Error('read escape sequence');
    const { status, error } = await exit;
    if (error !== '') throw new Error(error);
    return status;
  },
});

function checkRunning(state: Json): void {
  const data = object(state);
  if (!boolField(data.Running)) throw new Error('You cannot attach to a stopped container, start it first');
  if (boolField(data.Paused)) throw new Error('You cannot attach to a paused container, unpause it first');
  if (boolField(data.Restarting))
    throw new Error('You cannot attach to a restarting container, wait until it is running');
}
