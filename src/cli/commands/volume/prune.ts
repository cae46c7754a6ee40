import { pruneVolumes } from '../../../client/volumes/prune.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { confirmPrune, pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke volume prune -af'],
  flags: { ...pruneFlags, all: flag(bool, 'Named volumes too, not only anonymous ones', { short: 'a' }) },
  async run(cli, { flags }) {
    const filters = new Map(pruneFilters(cli, flags.filter));
    if (flags.all) {
      if (filters.has('all'))
        throw new Error('conflicting options: cannot specify both --all and --filter all=1');
      filters.set('all', ['true']);
    }
    const which = flags.all ? 'all local volumes' : 'anonymous local volumes';
    await confirmPrune(
      cli,
      `WARNING! This will remove ${which} not used by at least one container.`,
      flags.force,
    );
    const { deleted, reclaimed } = await pruneVolumes(await cli.client(), filters);
    sayPruned(cli, 'Deleted Volumes', deleted, reclaimed);
    return 0;
  },
});
