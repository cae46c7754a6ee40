import type { Context } from '../context.ts';
import { wishOf } from '../launch/network.ts';
import type { ContainerRecord } from '../record/record.ts';
import { withOwnNames } from './hosts.ts';
import { resolvConfText } from './resolv-conf.ts';

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
  const ownRows = withOwnNames(
    rows.filter(({ names }) => names.includes(config.Hostname)),
    config,
  );
  const lines = [...kept, ...ownRows.map(({ address, names }) => `${address}\t${names.join(' ')}`)];
  context.folders.writeFile(id, 'hosts', `${lines.join('\n')}\n`);
}

/**
 * Its /etc/resolv.conf, after it came to have the embedded resolver or lost it. A file that its processes changed is
 * theirs and stays.
 * @param before the resolver's address until now
 */
export function writeResolver(context: Context, record: ContainerRecord, before: string | null): void {
  const { folders, networks, proc } = context;
  const after = networks.sandbox(record.id)?.resolver ?? null;
  if (after === before) return;
  const text = (resolver: string | null) =>
    resolvConfText(proc.resolvConf(), wishOf(context, record), { resolver, shared: false });
  if (folders.readFile(record.id, 'resolv.conf') !== text(before)) return;
  folders.writeFile(record.id, 'resolv.conf', text(after));
}
