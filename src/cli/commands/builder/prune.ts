import { pruneBuildCache } from '../../../client/system/prune-build.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { bytes } from '../../flags/size-kinds.ts';
import { confirmPrune, pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke builder prune -af'],
  flags: {
    ...pruneFlags,
    all: flag(bool, 'All that is not in use, not only what nothing refers to', { short: 'a' }),
    'keep-storage': flag(bytes, 'Keep this much'),
  },
  async run(cli, { flags }) {
    const warning = flags.all
      ? 'WARNING! This will remove all build cache.'
      : 'WARNING! This will remove all dangling build cache.';
    await confirmPrune(cli, warning, flags.force);
    const { deleted, reclaimed } = await pruneBuildCache(await cli.client(), {
      all: flags.all,
      keepStorage: flags['keep-storage'],
      filters: pruneFilters(cli, flags.filter),
    });
    sayPruned(cli, 'Deleted build cache objects', deleted, undefined);
    const { humanSize } = await import('../../format/units.ts');
    cli.out.line(`Total reclaimed space: ${humanSize(reclaimed)}`);
    return 0;
  },
});
