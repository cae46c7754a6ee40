import { removeContainer } from '../../../client/containers/remove.ts';
import { removeVolume } from '../../../client/volumes/remove.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { findRegistry, volumeOf } from '../../registry/find.ts';

export const command = define({
  usage: '[OPTIONS] NAME [NAME...]',
  arity: { min: 1 },
  examples: ['minke registry rm mirror'],
  description:
    'Remove registries that run in containers. What they keep goes too, unless --keep-data is given.',
  flags: {
    force: flag(bool, 'Also one that runs', { short: 'f' }),
    'keep-data': flag(bool, 'Leave the volume'),
  },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return forEachName(cli, args, async (name) => {
      const { Id } = await findRegistry(client, name);
      await removeContainer(client, Id, { force: flags.force });
      if (flags['keep-data']) return;
      await removeVolume(client, volumeOf(name)).catch((error: unknown) => {
        if (!isKind(error, 'not-found')) throw error;
      });
    });
  },
});
