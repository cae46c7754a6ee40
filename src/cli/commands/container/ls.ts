import { listContainers } from '../../../client/containers/list.ts';
import { command } from '../../command.ts';
import { bool, int } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat, noTrunc } from '../../format/flags.ts';
import { parseFormat, renderListing, usesField } from '../../format/listing.ts';
import { containerListing, containerRaw, containerTable } from '../../listings/container.ts';

const definition = command({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  flags: {
    all: flag(bool, 'Stopped containers too, not only running ones', { short: 'a' }),
    filter: filterFlag,
    format: listingFormat,
    last: flag(int, 'The last n containers that were created, whatever their state', {
      short: 'n',
      default: -1,
    }),
    latest: flag(bool, 'The container that was created last, whatever its state', { short: 'l' }),
    'no-trunc': noTrunc,
    quiet: flag(bool, 'Only ids', { short: 'q' }),
    size: flag(bool, 'Sizes of files too', { short: 's' }),
    watch: flag(bool, 'Show the list anew whenever something happens, until ctrl-c'),
  },
  examples: [
    'minke ps --watch',
    'minke ps -a --filter status=exited',
    "minke ps --format 'table {{.Names}}\\t{{.Status}}'",
  ],
  async run(cli, { flags }) {
    let source = flags.format;
    if (source === '' && !flags.quiet) source = cli.config.text('psFormat') ?? 'table';
    if (flags.quiet) {
      if (flags.format !== '' && flags.format !== 'table')
        cli.err.line('WARNING: Ignoring custom format, because both --format and --quiet are set.');
      source = '{{.ID}}';
    }
    const plain = flags.size ? `${containerTable}\t{{.Size}}` : containerTable;
    if (source === 'raw') source = flags.size ? `${containerRaw}size: {{.Size}}\n` : containerRaw;
    const format = parseFormat(source, plain.slice('table '.length), {
      read: 'failed to parse template',
      run: 'failed to execute template',
    });
    const limit = flags.latest && flags.last === -1 ? 1 : flags.last;
    const client = await cli.client();
    const size = flags.size || usesField(format, 'Size');
    const render = async (): Promise<string> => {
      const found = await listContainers(client, { all: flags.all, limit, size, filters: flags.filter });
      return renderListing(format, containerListing(!flags['no-trunc']), found, cli.out.isTerminal);
    };
    if (flags.watch) return (await import('../../watch.ts')).watchList(cli, 'container', render);
    cli.out.raw(await render());
    return 0;
  },
});

export { definition as command };
