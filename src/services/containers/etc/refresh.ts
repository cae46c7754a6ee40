import type { Context } from '../context.ts';
import type { ContainerRecord } from '../record/record.ts';

/**
 * The rows of a container's addresses in its /etc/hosts, after it was connected or disconnected while running; all
 * other rows, those of its own processes included, stay.
 */
export function writeHosts(context: Context, { id, config }: ContainerRecord): void {
  const text = context.folders.readFile(id, 'hosts');
  if (text === null) return;
  const rows = context.networks.sandbox(id)?.hosts ?? [];
  const own = (line: string): boolean => line.split(/\s+/).slice(1).includes(config.Hostname);
  const kept = text.split('\n').filter((line) => line !== '' && !own(line));
  const ownRows = rows.filter(({ names }) => names.includes(config.Hostname));
  const lines = [...kept, ...ownRows.map(({ address, names }) => `${address}\t${names.join(' ')}`)];
  context.folders.writeFile(id, 'hosts', `${lines.join('\n')}\n`);
}
