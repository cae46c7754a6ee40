import { startContainer } from '../../../client/containers/start.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { findRegistry } from '../../registry/find.ts';

export const command = define({
  usage: 'NAME [NAME...]',
  arity: { min: 1 },
  examples: ['minke registry start mirror'],
  flags: {},
  async run(cli, { args }) {
    const client = await cli.client();
    return forEachName(cli, args, async (name) =>
      startContainer(client, (await findRegistry(client, name)).Id),
    );
  },
});
