import type { Client } from '../../../client/client.ts';
import { createExec, type ExecConfig } from '../../../client/exec/create.ts';
import { inspectExec } from '../../../client/exec/inspect.ts';
import { resizeExec } from '../../../client/exec/resize.ts';
import { attachExec, startExec } from '../../../client/exec/start.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { list, listOf } from '../../flags/list-kinds.ts';
import { checkEnv } from '../../run/checks.ts';
import { pairsFromFile } from '../../run/pairs-file.ts';
import { checkTty } from '../../terminal/check-tty.ts';
import { checkDetachKeys } from '../../terminal/detach-keys.ts';
import { followSize } from '../../terminal/resize.ts';
import { joinStreams } from '../../terminal/session.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  arity: { min: 2 },
  interspersed: false,
  completeArgs: ['running-containers', 'files'],
  examples: ['minke exec -it web sh', 'minke exec -e TOKEN=1 -w /srv web make deploy'],
  flags: {
    detach: flag(bool, 'Leave the command running in the background', { short: 'd' }),
    'detach-keys': flag(string, 'Keys that detach, in place of ctrl-p,ctrl-q'),
    env: flag(listOf(checkEnv(process.env)), 'Set an environment variable', { short: 'e' }),
    'env-file': flag(list, 'Read environment variables from a file', { complete: 'files' }),
    interactive: flag(bool, 'Keep standard input open even when not attached', { short: 'i' }),
    privileged: flag(bool, 'Give the command all rights'),
    tty: flag(bool, 'Give the command a terminal', { short: 't' }),
    user: flag(string, 'User name or id (name|uid[:group|gid])', { short: 'u' }),
    workdir: flag(string, 'Directory to start in', { short: 'w' }),
  },
  async run(cli, { flags, args }) {
    checkDetachKeys(flags['detach-keys']);
    const [container = '', ...words] = args;
    const env = [
      ...flags['env-file'].flatMap((file) => pairsFromFile(file, (key) => cli.env[key])),
      ...flags.env,
    ];
    const attach = !flags.detach;
    const stdin = attach && flags.interactive;
    if (attach) checkTty(stdin, flags.tty);
    const config: ExecConfig = {
      User: flags.user,
      Privileged: flags.privileged,
      Tty: flags.tty,
      ...(flags.tty && cli.out.isTerminal ? { ConsoleSize: [cli.out.rows, cli.out.columns] as const } : {}),
      AttachStdin: stdin,
      AttachStderr: attach,
      AttachStdout: attach,
      DetachKeys: flags['detach-keys'] || (cli.config.text('detachKeys') ?? ''),
      Env: env.length === 0 ? null : env,
      WorkingDir: flags.workdir,
      Cmd: words,
    };
    const client = await cli.client();
    const id = await createExec(client, container, config);
    const start = {
      tty: flags.tty,
      ...(config.ConsoleSize === undefined ? {} : { consoleSize: config.ConsoleSize }),
    };
    if (flags.detach) {
      await startExec(client, id, start);
      return 0;
    }
    return execAttached(cli, client, id, config, start);
  },
});

async function execAttached(
  cli: Cli,
  client: Client,
  id: string,
  config: ExecConfig,
  start: Parameters<typeof attachExec>[2],
): Promise<number> {
  const stream = await attachExec(client, id, start);
  const session = joinStreams(cli, stream, {
    stdin: config.AttachStdin,
    stdout: config.AttachStdout,
    stderr: config.AttachStderr,
    tty: config.Tty,
    detachKeys: config.DetachKeys,
  });
  const endResizing =
    config.Tty && process.stdin.isTTY === true && cli.out.isTerminal
      ? followSize(cli, (rows, columns) => resizeExec(client, id, rows, columns))
      : undefined;
  const end = await session.ended;
  endResizing?.();
  if (end === 'detached') throw new Error('read escape sequence');
  const { exitCode } = await inspectExec(client, id);
  return exitCode;
}
