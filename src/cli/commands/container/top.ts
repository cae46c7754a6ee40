import { listContainers } from '../../../client/containers/list.ts';
import { type Processes, topContainer } from '../../../client/containers/top.ts';
import type { Cli } from '../../cli.ts';
import { command as define } from '../../command.ts';
import { filterFlag } from '../../format/flags.ts';
import { align } from '../../format/tabwriter.ts';

const layout = { minimum: 20, padding: 1 };
/** Columns of a table of many: no wider than what stands in them. */
const narrow = { minimum: 0, padding: 3 };

export const command = define({
  usage: '[OPTIONS] [CONTAINER] [ps OPTIONS]',
  arity: { min: 0 },
  examples: ['minke top web', 'minke top web -o pid,pcpu,args', 'minke top --filter label=app=shop'],
  interspersed: false,
  completeArgs: ['running-containers'],
  description: 'Show the processes in a container, or in all that run where none is named',
  flags: { filter: filterFlag },
  async run(cli, { flags, changed, args }) {
    const [container, ...options] = args;
    if (container === undefined || changed.has('filter')) {
      cli.out.text(await topOfAll(cli, flags.filter, args));
      return 0;
    }
    const { titles, rows } = await topContainer(await cli.client(), container, options);
    const lines = [titles, ...rows].map((row) => `${row.join('\t')}\n`);
    cli.out.text(align(lines.join(''), layout));
    return 0;
  },
});

/** The processes of running containers in one table, the name of the container in front. */
async function topOfAll(
  cli: Cli,
  filters: ReadonlyMap<string, readonly string[]>,
  options: readonly string[],
): Promise<string> {
  const client = await cli.client();
  const containers = await listContainers(client, { filters });
  const names = containers.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''));
  const found = await Promise.allSettled(containers.map(({ Id }) => topContainer(client, Id, options)));
  const shown: [name: string, processes: Processes][] = [];
  // One that ended meanwhile has no processes.
  for (const [index, result] of found.entries())
    if (result.status === 'fulfilled') shown.push([names[index] ?? '', result.value]);
  const failed = found.find((result) => result.status === 'rejected');
  if (shown.length === 0 && failed !== undefined) throw failed.reason;
  const titles = shown[0]?.[1].titles ?? [];
  const lines = shown.flatMap(([name, { rows }]) => rows.map((row) => [name, ...row]));
  return align([['CONTAINER', ...titles], ...lines].map((row) => `${row.join('\t')}\n`).join(''), narrow);
}
