import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { defaultContext, isCurrent, warnAboutEnvironment } from '../../config/context-list.ts';
import { ContextStore, type StoredContext } from '../../config/context-store.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { listingFormat } from '../../format/flags.ts';
import { type Listing, parseFormat, writeListing } from '../../format/listing.ts';

const table = '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';

const listing = (cli: Cli): Listing<StoredContext> => ({
  typeName: '*formatter.clientContextContext',
  headers: {
    Name: 'NAME',
    Description: 'DESCRIPTION',
    DockerEndpoint: 'DOCKER ENDPOINT',
    Error: 'ERROR',
    Current: '',
  },
  fields: (context) => ({
    Current: isCurrent(cli, context.name),
    Name: context.name,
    Description: context.description,
    DockerEndpoint: context.host,
    Error: '',
  }),
});

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke context ls'],
  flags: {
    format: flag(string, listingFormat.text),
    quiet: flag(bool, 'Only names', { short: 'q' }),
  },
  async run(cli, { flags }) {
    const stored = new ContextStore(cli.configDirectory).list();
    const contexts = [defaultContext(cli), ...stored].sort((a, b) =>
      a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
    const source = flags.quiet ? '{{.Name}}' : flags.format === '' ? 'table' : flags.format;
    writeListing(cli, parseFormat(source, table), listing(cli), contexts);
    warnAboutEnvironment(cli);
    return 0;
  },
});
