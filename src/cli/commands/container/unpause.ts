import { unpauseContainer } from '../../../client/containers/unpause.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';

export const command = define({
  usage: 'CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke unpause web'],
  completeArgs: ['running-containers'],
  flags: {},
  async run(cli, { args }) {
    const client = await cli.client();
    return forEachName(cli, args, (name) => unpauseContainer(client, name));
  },
});
