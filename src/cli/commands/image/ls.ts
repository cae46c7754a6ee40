import { listImages } from '../../../client/images/list.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat, noTrunc } from '../../format/flags.ts';
import { parseFormat, usesField, writeListing } from '../../format/listing.ts';
import {
  imageListing,
  imageRaw,
  imageRows,
  imageTable,
  imageTableWithDigests,
  isDangling,
} from '../../listings/image.ts';

export const command = define({
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  arity: { min: 0, max: 1 },
  completeArgs: ['images'],
  flags: {
    all: flag(bool, 'Images between the layers of others too', { short: 'a' }),
    digests: flag(bool, 'Show digests'),
    filter: filterFlag,
    format: listingFormat,
    'no-trunc': noTrunc,
    quiet: flag(bool, 'Only ids', { short: 'q' }),
    tree: flag(bool, 'A tree of images and the platforms they are for'),
  },
  examples: ['minke images -f dangling=true', "minke images --format '{{.Repository}}:{{.Tag}} {{.Size}}'"],
  async run(cli, { flags, args }) {
    const filters = new Map(flags.filter);
    if (args[0] !== undefined) filters.set('reference', [...(filters.get('reference') ?? []), args[0]]);
    const client = await cli.client();
    if (flags.tree) {
      if (flags.quiet) throw new Error('--quiet is not yet supported with --tree');
      if (flags['no-trunc']) throw new Error('--no-trunc is not yet supported with --tree');
      if (flags.digests) throw new Error('--show-digest is not yet supported with --tree');
      if (flags.format !== '') throw new Error('--format is not yet supported with --tree');
      return (await import('../../images/tree.ts')).showTree(cli, client, { all: flags.all, filters });
    }
    let source = flags.format;
    if (source === '') source = !flags.quiet ? (cli.config.text('imagesFormat') ?? 'table') : 'table';
    const plain = flags.digests ? imageTableWithDigests : imageTable;
    if (source === 'table' && flags.quiet) source = '{{.ID}}';
    else if (source === 'raw') source = flags.quiet ? 'image_id: {{.ID}}' : imageRaw(flags.digests);
    else if (source.startsWith('table ') && flags.digests && !source.includes('{{.Digest}}'))
      source += '\t{{.Digest}}';
    const format = parseFormat(source, plain.slice('table '.length));
    const images = await listImages(client, { all: flags.all, filters });
    const asked = flags.filter.has('dangling');
    const shown =
      flags.all || asked || args.length > 0 ? images : images.filter((image) => !isDangling(image) || !asked);
    const wanted = flags.digests || usesField(format, 'Digest');
    writeListing(
      cli,
      format,
      imageListing(!flags['no-trunc']),
      shown.flatMap((image) => imageRows(image, wanted, flags.digests)),
    );
    return 0;
  },
});
