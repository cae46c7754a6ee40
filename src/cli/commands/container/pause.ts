import { pauseContainer } from '../../../client/containers/pause.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';

export const command = define({
  usage: 'CONTAINER [CONTAINER...]',
  arity: { min: 1 },
  examples: ['minke pause web'],
  completeArgs: ['running-containers'],
  flags: {},
  async run(cli, { args }) {
    const client = await cli.client();
    return forEachName(cli, args, (name) => pauseContainer(client, name));
  },
});
