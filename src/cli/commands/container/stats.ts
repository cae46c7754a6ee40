import type { Client } from '../../../client/client.ts';
import { listContainers } from '../../../client/containers/list.ts';
import { object, text } from '../../../client/json.ts';
import { events } from '../../../client/system/events.ts';
import { messageOf } from '../../../errors/minke-error.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { bool } from '../../flags/basic-kinds.ts';
import { flag } from '../../flags/kind.ts';
import { filterFlag, listingFormat, noTrunc } from '../../format/flags.ts';
import { type Format, parseFormat, renderListing } from '../../format/listing.ts';
import { jsonLines } from '../../progress/json-lines.ts';
import { Collector } from '../../stats/collector.ts';
import { statsListing, statsTable, tableFor } from '../../stats/listing.ts';
import { StatusError } from '../../status-error.ts';
import { Live } from '../../terminal/live.ts';

export const command = define({
  usage: '[OPTIONS] [CONTAINER...]',
  arity: { min: 0 },
  examples: ['minke stats', "minke stats --no-stream --format 'table {{.Name}}\\t{{.CPUPerc}}'"],
  completeArgs: ['running-containers'],
  flags: {
    all: flag(bool, 'Stopped containers too', { short: 'a' }),
    filter: { ...filterFlag, hidden: true },
    format: listingFormat,
    'no-stream': flag(bool, 'Show it once'),
    'no-trunc': noTrunc,
  },
  async run(cli, { flags, args }) {
    const source = flags.format === '' ? (cli.config.text('statsFormat') ?? 'table') : flags.format;
    const graphs = source === 'table' && cli.out.isTerminal && !flags['no-stream'];
    const format = (): Format => parseFormat(source, graphs ? tableFor(cli.out.columns) : statsTable);
    format(); // a mistake in it comes first
    const client = await cli.client();
    const watched = new Map<string, Collector>();
    const watch = (name: string): Collector => {
      const found = watched.get(name) ?? new Collector(client, name, !flags['no-stream']);
      watched.set(name, found);
      return found;
    };
    const everyone = args.length === 0;
    if (everyone) {
      const list = { all: flags.all, filters: flags.filter };
      if (!flags['no-stream']) followEvents(client, flags.all, watched, watch);
      for (const container of await listContainers(client, list)) watch(container.Id);
    } else for (const name of args) watch(name);
    await Promise.all([...watched.values()].map((collector) => collector.first));
    if (!everyone) {
      const failures = [...watched.values()].flatMap(({ failure }) =>
        failure === undefined ? [] : [messageOf(failure)],
      );
      if (failures.length > 0) throw new StatusError(failures.join('\n'), 1);
    }
    const render = (): string => table(format(), watched, !flags['no-trunc'], cli.out.isTerminal);
    if (flags['no-stream']) {
      if (watched.size > 0) cli.out.raw(render());
      return 0;
    }
    return show(cli, render, () => everyone || watched.size > 0);
  },
});

function table(
  format: Format,
  watched: ReadonlyMap<string, Collector>,
  truncate: boolean,
  terminal: boolean,
): string {
  // A container that ended takes its line with it, unless stopped ones are shown.
  const rows = [...watched.values()].map(({ asked, usage, history }) => ({
    asked: truncate ? asked.slice(0, 12) : asked,
    usage,
    history,
  }));
  return renderListing(format, statsListing(truncate), rows, terminal);
}

async function show(cli: Cli, render: () => string, more: () => boolean): Promise<number> {
  const live = new Live(cli.out);
  while (more()) {
    live.draw(render());
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return 0;
}

function followEvents(
  client: Client,
  all: boolean,
  watched: Map<string, Collector>,
  watch: (name: string) => Collector,
): void {
  const follow = async (): Promise<void> => {
    const response = await events(client, {
      since: '',
      until: '',
      filters: new Map([['type', ['container']]]),
    });
    for await (const event of jsonLines(response.body)) {
      const id = text(object(event.Actor).ID);
      const action = text(event.Action);
      if (action === 'start' || (all && action === 'create')) watch(id);
      else if (action === 'destroy' || (!all && action === 'die')) {
        watched.get(id)?.stop();
        watched.delete(id);
      }
    }
    process.exit(0); // the daemon went away
  };
  follow().catch(() => process.exit(0));
}
