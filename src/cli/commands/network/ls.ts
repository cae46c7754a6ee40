import { listNetworks } from '../../../client/networks/list.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat, noTrunc } from '../../format/flags.ts';
import { parseFormat, writeListing } from '../../format/listing.ts';
import { inNaturalOrder } from '../../format/natural-order.ts';
import { networkListing, networkTable } from '../../listings/network.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke network ls --filter driver=bridge'],
  flags: {
    filter: filterFlag,
    format: listingFormat,
    'no-trunc': noTrunc,
    quiet: flag(bool, 'Only ids', { short: 'q' }),
  },
  async run(cli, { flags }) {
    let source = flags.format;
    if (source === '') source = flags.quiet ? 'table' : (cli.config.text('networksFormat') ?? 'table');
    if (source === 'table' && flags.quiet) source = '{{.ID}}';
    else if (source === 'raw')
      source = flags.quiet
        ? 'network_id: {{.ID}}'
        : 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n';
    const format = parseFormat(source, networkTable.slice('table '.length));
    const networks = await listNetworks(await cli.client(), flags.filter);
    networks.sort((a, b) => inNaturalOrder(a.Name, b.Name));
    writeListing(cli, format, networkListing(!flags['no-trunc']), networks);
    return 0;
  },
});
