import { pruneImages } from '../../../client/images/prune.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { confirmPrune, pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke image prune -af --filter until=240h'],
  flags: {
    ...pruneFlags,
    all: flag(bool, 'All images that no container uses, not only those without a name', { short: 'a' }),
  },
  async run(cli, { flags }) {
    const warning = flags.all
      ? 'WARNING! This will remove all images without at least one container associated to them.'
      : 'WARNING! This will remove all dangling images.';
    await confirmPrune(cli, warning, flags.force);
    const filters = new Map(pruneFilters(cli, flags.filter)).set('dangling', [String(!flags.all)]);
    const { deleted, reclaimed } = await pruneImages(await cli.client(), filters);
    const lines = deleted.map((step) =>
      step.untagged === '' ? `deleted: ${step.deleted}` : `untagged: ${step.untagged}`,
    );
    sayPruned(cli, 'Deleted Images', lines, reclaimed);
    return 0;
  },
});
