import { type HistoryItem, imageHistory } from '../../../client/images/history.ts';
import { command as define } from '../../command.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { ellipsis } from '../../format/ellipsis.ts';
import { listingFormat, noTrunc } from '../../format/flags.ts';
import { shortId } from '../../format/identity.ts';
import { type Listing, parseFormat, writeListing } from '../../format/listing.ts';
import { rfc3339 } from '../../format/time.ts';
import { humanDuration, humanSize } from '../../format/units.ts';
import { platformArgument } from '../../images/platform.ts';

const table = (human: boolean): string =>
  `{{.ID}}\t{{${human ? '.CreatedSince' : '.CreatedAt'}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`;

const listing = (truncate: boolean, human: boolean): Listing<HistoryItem> => ({
  typeName: '*image.historyContext',
  headers: {
    ID: 'IMAGE',
    CreatedSince: 'CREATED',
    CreatedAt: 'CREATED AT',
    CreatedBy: 'CREATED BY',
    Size: 'SIZE',
    Comment: 'COMMENT',
  },
  fields: (item) => ({
    ID: truncate ? shortId(item.id) : item.id,
    CreatedAt: () => (item.created <= 0 ? '' : rfc3339(item.created)),
    CreatedSince: () => {
      if (item.created <= 0) return 'N/A';
      const since = humanDuration(Date.now() - item.created * 1000);
      return human ? `${since} ago` : since;
    },
    CreatedBy: () => {
      const by = item.createdBy.replaceAll('\t', ' ');
      return truncate ? ellipsis(by, 45) : by;
    },
    Size: human ? humanSize(item.size, 3) : String(item.size),
    Comment: item.comment,
  }),
});

export const command = define({
  usage: '[OPTIONS] IMAGE',
  arity: { min: 1, max: 1 },
  examples: ['minke history --no-trunc nginx'],
  completeArgs: ['images'],
  flags: {
    format: listingFormat,
    human: flag(bool, 'Sizes and dates that people read easily', { short: 'H', default: true }),
    'no-trunc': noTrunc,
    platform: flag(string, 'Show this platform of an image that has several (os[/arch[/variant]])'),
    quiet: flag(bool, 'Only ids', { short: 'q' }),
  },
  async run(cli, { flags, args }) {
    const items = await imageHistory(await cli.client(), args[0] ?? '', platformArgument(flags.platform));
    let source = flags.format === '' ? 'table' : flags.format;
    if (source === 'table' && flags.quiet) source = '{{.ID}}';
    writeListing(
      cli,
      parseFormat(source, table(flags.human)),
      listing(!flags['no-trunc'], flags.human),
      items,
    );
    return 0;
  },
});
