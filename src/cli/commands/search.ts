import { type SearchResult, searchImages } from '../../client/images/search.ts';
import { parseReference } from '../../kit/reference/reference.ts';
import { command as define } from '../command.ts';
import { int } from '../flags/basic-kinds.ts';
import { flag } from '../flags/kind.ts';
import { ellipsis } from '../format/ellipsis.ts';
import { filterFlag, listingFormat, noTrunc } from '../format/flags.ts';
import { type Listing, parseFormat, writeListing } from '../format/listing.ts';
import { registryAuth } from '../images/pull.ts';

const table = '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}';

const listing = (truncate: boolean): Listing<SearchResult> => ({
  typeName: '*registry.searchContext',
  headers: {
    Name: 'NAME',
    Description: 'DESCRIPTION',
    StarCount: 'STARS',
    IsOfficial: 'OFFICIAL',
    IsAutomated: 'AUTOMATED',
  },
  fields: (result) => ({
    Name: result.name,
    Description: () => {
      const line = result.description.replaceAll('\n', ' ').replaceAll('\r', ' ');
      return truncate ? ellipsis(line, 45) : line;
    },
    StarCount: String(result.stars),
    IsOfficial: result.official ? '[OK]' : '',
    IsAutomated: result.automated ? '[OK]' : '',
  }),
});

export const command = define({
  usage: '[OPTIONS] TERM',
  arity: { min: 1, max: 1 },
  examples: ['minke search --filter is-official=true redis'],
  flags: {
    filter: filterFlag,
    format: listingFormat,
    limit: flag(int, 'Most results to show'),
    'no-trunc': noTrunc,
  },
  async run(cli, { flags, args }) {
    const [term = ''] = args;
    const results = await searchImages(await cli.client(), term, {
      limit: flags.limit,
      filters: flags.filter,
      auth: await registryAuth(cli, parseReference(term)),
    });
    results.sort((a, b) => b.stars - a.stars);
    writeListing(
      cli,
      parseFormat(flags.format === '' ? 'table' : flags.format, table),
      listing(!flags['no-trunc']),
      results,
    );
    return 0;
  },
});
