import { killContainer } from '../../../client/containers/kill.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke kill -s HUP web'],
  completeArgs: ['running-containers'],
  flags: {
    signal: flag(string, 'Signal to send', { short: 's' }),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return forEachName(cli, args, (name) => killContainer(client, name, { signal: flags.signal }));
  },
});
