import { listVolumes } from '../../../client/volumes/list.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat } from '../../format/flags.ts';
import { parseFormat, writeListing } from '../../format/listing.ts';
import { inNaturalOrder } from '../../format/natural-order.ts';
import { clusterVolumeTable, volumeListing, volumeTable } from '../../listings/volume.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke volume ls --filter dangling=true'],
  flags: {
    cluster: flag(bool, 'Only volumes of the swarm'),
    filter: filterFlag,
    format: listingFormat,
    quiet: flag(bool, 'Only names', { short: 'q' }),
  },
  async run(cli, { flags }) {
    let source = flags.format;
    if (source === '') source = flags.quiet ? 'table' : (cli.config.text('volumesFormat') ?? 'table');
    if (source === 'table' && flags.quiet) source = '{{.Name}}';
    else if (source === 'raw')
      source = flags.quiet ? 'name: {{.Name}}' : 'name: {{.Name}}\ndriver: {{.Driver}}\n';
    const plain = flags.cluster ? clusterVolumeTable : volumeTable;
    const format = parseFormat(source, plain.slice('table '.length));
    const { volumes, warnings } = await listVolumes(await cli.client(), flags.filter);
    for (const warning of warnings) cli.err.line(`WARNING: ${warning}`);
    const shown = volumes.filter(({ Cluster }) => !flags.cluster || Cluster !== undefined);
    const sorted = shown.sort((a, b) => inNaturalOrder(a.Name, b.Name));
    writeListing(cli, format, volumeListing, sorted);
    return 0;
  },
});
