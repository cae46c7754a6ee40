import { pruneNetworks } from '../../../client/networks/prune.ts';
import { command as define } from '../../command.ts';
import { confirmPrune, pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke network prune -f'],
  flags: pruneFlags,
  async run(cli, { flags }) {
    const warning = 'WARNING! This will remove all custom networks not used by at least one container.';
    await confirmPrune(cli, warning, flags.force);
    const { deleted } = await pruneNetworks(await cli.client(), pruneFilters(cli, flags.filter));
    sayPruned(cli, 'Deleted Networks', deleted, undefined);
    return 0;
  },
});
