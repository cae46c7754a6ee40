import { renameContainer } from '../../../client/containers/rename.ts';
import { command as define } from '../../command.ts';
import { StatusError } from '../../status-error.ts';

export const command = define({
  usage: 'CONTAINER NEW_NAME',
  arity: { min: 2, max: 2 },
  examples: ['minke rename web old-web'],
  completeArgs: ['containers'],
  flags: {},
  async run(cli, { args }) {
    const [from = '', to = ''] = args.map((name) => name.trim());
    if (from === '' || to === '') throw new Error('Error: Neither old nor new names may be empty');
    try {
      await renameContainer(await cli.client(), from, to);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StatusError(`${reason}\nError: failed to rename container named ${from}`, 1);
    }
    return 0;
  },
});
