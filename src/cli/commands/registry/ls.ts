import { command as define } from '../../command.ts';
import { listingFormat } from '../../format/flags.ts';
import { parseFormat, writeListing } from '../../format/listing.ts';
import { registryListing, registryTable } from '../../listings/registry.ts';
import { listRegistries } from '../../registry/find.ts';

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke registry ls'],
  flags: { format: listingFormat },
  async run(cli, { flags }) {
    const format = parseFormat(
      flags.format === '' ? 'table' : flags.format,
      registryTable.slice('table '.length),
    );
    const found = await listRegistries(await cli.client());
    writeListing(
      cli,
      format,
      registryListing,
      found.sort((a, b) => (a.Names[0] ?? '').localeCompare(b.Names[0] ?? '')),
    );
    return 0;
  },
});
