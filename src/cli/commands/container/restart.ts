import { restartContainer } from '../../../client/containers/restart.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { stopFlags, stopOptions } from '../../stopping.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke restart -t 5 web'],
  completeArgs: ['containers'],
  flags: stopFlags,
  async run(cli, { flags, changed, args }) {
    const client = await cli.client();
    const options = stopOptions(flags, changed);
    return forEachName(cli, args, (name) => restartContainer(client, name, options));
  },
});
