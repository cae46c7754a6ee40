import { stopContainer } from '../../../client/containers/stop.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { findRegistry } from '../../registry/find.ts';

export const command = define({
  usage: 'NAME [NAME...]',
  arity: { min: 1 },
  examples: ['minke registry stop mirror'],
  flags: {},
  async run(cli, { args }) {
    const client = await cli.client();
    return forEachName(cli, args, async (name) =>
      stopContainer(client, (await findRegistry(client, name)).Id),
    );
  },
});
