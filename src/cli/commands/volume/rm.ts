import { removeVolume } from '../../../client/volumes/remove.ts';
import { command as define } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';

export const command = define({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  arity: { min: 1 },
  examples: ['minke volume rm data'],
  completeArgs: ['volumes'],
  flags: { force: flag(bool, 'No error where there is no such volume', { short: 'f' }) },
  async run(cli, { flags, args }) {
    const client = await cli.client();
    return forEachName(cli, args, (name) => removeVolume(client, name, flags.force));
  },
});
