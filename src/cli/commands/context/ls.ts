import { messageOf } from '../../../errors/minke-error.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { defaultContext, isCurrent, warnAboutEnvironment } from '../../config/context-list.ts';
import { ContextStore, type StoredContext } from '../../config/context-store.ts';
import { contextName } from '../../connect.ts';
import { bool, string } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { ellipsis } from '../../format/ellipsis.ts';
import { listingFormat } from '../../format/flags.ts';
import { type Listing, parseFormat, writeListing } from '../../format/listing.ts';
import { inNaturalOrder } from '../../format/natural-order.ts';

const table = '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';

/** How much of an error is shown, in columns. */
const errorLength = 45;

interface Row extends StoredContext {
  readonly error?: string;
}

const listing = (cli: Cli): Listing<Row> => ({
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
    Error: ellipsis(context.error ?? '', errorLength),
  }),
});

/** The context in force, where there is none of that name. */
function missing(store: ContextStore, known: readonly Row[], name: string): Row[] {
  if (known.some((context) => context.name === name)) return [];
  try {
    return [store.get(name)];
  } catch (error) {
    return [{ name, description: '', host: '', skipTlsVerify: false, error: messageOf(error) }];
  }
}

export const command = define({
  usage: '[OPTIONS]',
  arity: { min: 0, max: 0 },
  examples: ['minke context ls'],
  flags: {
    format: flag(string, listingFormat.text),
    quiet: flag(bool, 'Only names', { short: 'q' }),
  },
  async run(cli, { flags }) {
    const store = new ContextStore(cli.configDirectory);
    const known: Row[] = [defaultContext(cli), ...store.list()];
    const contexts = [...known, ...missing(store, known, contextName(cli))].sort((a, b) =>
      inNaturalOrder(a.name, b.name),
    );
    const source = flags.quiet ? '{{.Name}}' : flags.format === '' ? 'table' : flags.format;
    writeListing(cli, parseFormat(source, table), listing(cli), contexts);
    warnAboutEnvironment(cli);
    return 0;
  },
});
