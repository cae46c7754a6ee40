import { pruneContainers } from '../../../client/containers/prune.ts';
import { command as define } from '../../command.ts';
import { confirmPrune, pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke container prune -f --filter until=24h'],
  flags: pruneFlags,
  async run(cli, { flags }) {
    await confirmPrune(cli, 'WARNING! This will remove all stopped containers.', flags.force);
    const { deleted, reclaimed } = await pruneContainers(await cli.client(), pruneFilters(cli, flags.filter));
    sayPruned(cli, 'Deleted Containers', deleted, reclaimed);
    return 0;
  },
});
