import type { Filters } from '../client/query.ts';
import type { Cli } from './cli.ts';
import { bool } from './flags/basic-kinds.ts';
import { flag } from './flags/kind.ts';
import { filterOnly } from './format/flags.ts';
import { humanSize } from './format/units.ts';
import { StatusError } from './status-error.ts';
import { confirm } from './terminal/confirm.ts';

export const pruneFlags = {
  filter: filterOnly,
  force: flag(bool, 'Do not ask', { short: 'f' }),
} as const;

/** Filters of the command line with those of the settings (`pruneFilters`). */
export function pruneFilters(cli: Cli, filters: Filters): Filters {
  const made = new Map(filters);
  const configured = cli.config.data.pruneFilters;
  if (!Array.isArray(configured)) return made;
  for (const pair of configured) {
    if (typeof pair !== 'string') continue;
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    // A label that the command line asks for is not taken away again.
    if (name === 'label!' && made.get('label')?.includes(value)) continue;
    if (name === 'label' && made.get('label!')?.includes(value)) continue;
    made.set(name, [...(made.get(name) ?? []), value]);
  }
  return made;
}

/** Asks before a prune, unless forced. Ends the command where the answer is no. */
export async function confirmPrune(cli: Cli, warning: string, force: boolean): Promise<void> {
  if (force) return;
  if (!(await confirm(cli, `${warning}\nAre you sure you want to continue?`))) throw new StatusError('', 0);
}

/** What was removed, and what that gave back. */
export function sayPruned(
  cli: Cli,
  title: string,
  deleted: readonly string[],
  reclaimed: number | undefined,
): void {
  if (deleted.length > 0) cli.out.text(`${title}:\n${deleted.join('\n')}\n\n`);
  if (reclaimed !== undefined) cli.out.line(`Total reclaimed space: ${humanSize(reclaimed)}`);
}
