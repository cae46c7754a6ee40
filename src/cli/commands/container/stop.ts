import { stopContainer } from '../../../client/containers/stop.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { int, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke stop -t 30 web worker'],
  completeArgs: ['running-containers'],
  flags: {
    signal: flag(string, 'Signal to send, in place of its own', { short: 's' }),
    time: flag(int, 'Seconds to wait before killing it', { hidden: true, aliasFor: 'timeout' }),
    timeout: flag(int, 'Seconds to wait before killing it; -1 for ever', { short: 't' }),
  },
  async run(cli, { flags, changed, args }) {
    const client = await cli.client();
    return forEachName(cli, args, (name) =>
      stopContainer(client, name, {
        signal: flags.signal,
        timeout: changed.has('timeout') ? flags.timeout : undefined,
      }),
    );
  },
});
