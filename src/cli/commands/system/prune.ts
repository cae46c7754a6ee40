import { pruneContainers } from '../../../client/containers/prune.ts';
import { pruneImages } from '../../../client/images/prune.ts';
import { pruneNetworks } from '../../../client/networks/prune.ts';
import { pruneBuildCache } from '../../../client/system/prune-build.ts';
import { pruneVolumes } from '../../../client/volumes/prune.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { humanSize } from '../../format/units.ts';
import { pruneFilters, pruneFlags, sayPruned } from '../../prune.ts';
import { StatusError } from '../../status-error.ts';
import { confirm } from '../../terminal/confirm.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke system prune -af --volumes'],
  flags: {
    ...pruneFlags,
    all: flag(bool, 'All images that no container uses, not only those without a name', { short: 'a' }),
    volumes: flag(bool, 'Anonymous volumes too'),
  },
  async run(cli, { flags }) {
    if (flags.volumes && flags.filter.has('until'))
      throw new Error('ERROR: The "until" filter is not supported with "--volumes"');
    const filters = pruneFilters(cli, flags.filter);
    const warnings = [
      'all stopped containers',
      'all networks not used by at least one container',
      ...(flags.volumes ? ['all anonymous volumes not used by at least one container'] : []),
      flags.all ? 'all images without at least one container associated to them' : 'all dangling images',
      flags.all ? 'all build cache' : 'unused build cache',
    ];
    const chosen = [...filters].flatMap(([name, values]) => values.map((value) => `${name}=${value}`)).sort();
    const question =
      `WARNING! This will remove:\n${warnings.map((line) => `  - ${line}`).join('\n')}\n` +
      (chosen.length === 0
        ? ''
        : `\n  Items to be pruned will be filtered with:\n${chosen.map((line) => `  - ${line}`).join('\n')}\n`) +
      '\nAre you sure you want to continue?';
    if (!flags.force && !(await confirm(cli, question))) throw new StatusError('', 0);
    const client = await cli.client();
    let total = 0;
    const containers = await pruneContainers(client, filters);
    sayPruned(cli, 'Deleted Containers', containers.deleted, undefined);
    total += containers.reclaimed;
    sayPruned(cli, 'Deleted Networks', (await pruneNetworks(client, filters)).deleted, undefined);
    if (flags.volumes) {
      const volumes = await pruneVolumes(client, filters);
      sayPruned(cli, 'Deleted Volumes', volumes.deleted, undefined);
      total += volumes.reclaimed;
    }
    const images = await pruneImages(client, new Map(filters).set('dangling', [String(!flags.all)]));
    const steps = images.deleted.map((step) =>
      step.untagged === '' ? `deleted: ${step.deleted}` : `untagged: ${step.untagged}`,
    );
    sayPruned(cli, 'Deleted Images', steps, undefined);
    total += images.reclaimed;
    try {
      const cache = await pruneBuildCache(client, { all: flags.all, keepStorage: 0, filters });
      sayPruned(cli, 'Deleted build cache objects', cache.deleted, undefined);
      total += cache.reclaimed;
    } catch (error) {
      if (!isKind(error, 'not-implemented') && !isKind(error, 'not-found')) throw error;
    }
    cli.out.line(`Total reclaimed space: ${humanSize(total)}`);
    return 0;
  },
});
