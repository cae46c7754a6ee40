import { diskUsage } from '../../../client/system/disk-usage.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { listingFormat } from '../../format/flags.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke system df -v'],
  flags: {
    format: listingFormat,
    verbose: flag(bool, 'Every object', { short: 'v' }),
  },
  async run(cli, { flags }) {
    const usage = await diskUsage(await cli.client());
    const source = flags.format === '' ? 'table' : flags.format;
    if (flags.verbose) (await import('../../disk-usage/verbose.ts')).showVerbose(cli, usage, source);
    else (await import('../../disk-usage/summary.ts')).showSummary(cli, usage, source);
    return 0;
  },
});
