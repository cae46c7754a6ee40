import { listVolumes } from '../../../client/volumes/list.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat } from '../../format/flags.ts';
import { parseFormat, writeListing } from '../../format/listing.ts';
import { volumeListing, volumeTable } from '../../listings/volume.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  flags: {
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
    const format = parseFormat(source, volumeTable.slice('table '.length));
    const { volumes, warnings } = await listVolumes(await cli.client(), flags.filter);
    for (const warning of warnings) cli.err.line(`WARNING: ${warning}`);
    const sorted = [...volumes].sort((a, b) => a.Name.localeCompare(b.Name, 'en', { numeric: true }));
    writeListing(cli, format, volumeListing, sorted);
    return 0;
  },
});
