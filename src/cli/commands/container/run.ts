import type { Client } from '../../../client/client.ts';
import { attachContainer } from '../../../client/containers/attach.ts';
import { killContainer } from '../../../client/containers/kill.ts';
import { resizeContainer } from '../../../client/containers/resize.ts';
import { startContainer } from '../../../client/containers/start.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import type { FlagValues } from '../../flags/kind.ts';
import type { CreateBody } from '../../run/body.ts';
import { bodyOf, createFrom, withHelp } from '../../run/create.ts';
import { startStatus } from '../../run/exit-status.ts';
import { runFlags } from '../../run/flags.ts';
import { watchExit } from '../../run/watch-exit.ts';
import { checkTty } from '../../terminal/check-tty.ts';
import { checkDetachKeys } from '../../terminal/detach-keys.ts';
import { forwardSignals } from '../../terminal/forward-signals.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';

type RunValues = FlagValues<typeof runFlags>;

export const command = define({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  arity: { min: 1 },
  interspersed: false,
  flags: runFlags,
  completeArgs: ['images', 'files'],
  examples: [
    'minke run --rm -it debian bash',
    'minke run -d --name web -p 8080:80 nginx',
    'minke run --rm -v "$PWD":/src -w /src node npm test',
  ],
  async run(cli, { flags, changed, args }) {
    const request = { flags, changed, args, verb: 'run' };
    const body = await bodyOf(cli, request);
    if (flags.detach) {
      if (flags.attach.length > 0)
        throw new Error('conflicting options: cannot specify both --attach and --detach');
      body.AttachStdin = false;
      body.AttachStdout = false;
      body.AttachStderr = false;
      body.StdinOnce = false;
    } else checkTty(body.AttachStdin, body.Tty);
    checkDetachKeys(flags['detach-keys']);
    try {
      const id = await createFrom(cli, request, body);
      const client = await cli.client();
      const attached = body.AttachStdin || body.AttachStdout || body.AttachStderr;
      return await (attached ? runAttached(cli, client, id, body, flags) : runAlone(cli, client, id));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw withHelp(cli, message, 'run', startStatus(message));
    }
  },
});

async function runAlone(cli: Cli, client: Client, id: string): Promise<number> {
  cli.out.line(id);
  await startContainer(client, id);
  return 0;
}

async function runAttached(
  cli: Cli,
  client: Client,
  id: string,
  body: CreateBody,
  flags: RunValues,
): Promise<number> {
  const detachKeys = flags['detach-keys'] || (cli.config.text('detachKeys') ?? '');
  const options = {
    stdin: body.AttachStdin,
    stdout: body.AttachStdout,
    stderr: body.AttachStderr,
    tty: body.Tty,
    detachKeys,
  };
  const endForwarding = flags['sig-proxy']
    ? forwardSignals((signal) => killContainer(client, id, { signal }))
    : () => undefined;
  // Both must be in place before the start; neither needs the other.
  const [stream, exit] = await Promise.all([
    attachContainer(client, id, options),
    watchExit(cli, client, id, body.HostConfig.AutoRemove),
  ]);
  const session = joinStreams(cli, stream, options);
  try {
    await startContainer(client, id);
  } catch (error) {
    session.stop();
    if (body.HostConfig.AutoRemove) await exit.status;
    throw error;
  }
  const endResizing =
    body.Tty && cli.out.isTerminal
      ? followSize(cli, (rows, columns) => resizeContainer(client, id, rows, columns))
      : undefined;
  try {
    const first = await Promise.race([session.ended, exit.status]);
    if (first === 'detached') return 0;
    if (typeof first === 'number' && !body.AttachStdout && !body.AttachStderr) session.stop();
    if (typeof first === 'number' && (await session.ended) === 'detached') return 0;
    return await exit.status;
  } finally {
    endResizing?.();
    endForwarding();
  }
}
