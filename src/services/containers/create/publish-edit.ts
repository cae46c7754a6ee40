/** `PublishAdd` and `PublishRemove` of an update: port bindings with some more and some less. */
import { conflict, invalid, notFound } from '../../../errors/minke-error.ts';
import { parsePorts } from './ports.ts';

export interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}
export type Bindings = Readonly<Record<string, readonly Binding[] | null>> | null;

/** `80` and `80/TCP` are `80/tcp`. @throws invalid */
function keyOf(text: string): string {
  const [port, ...more] = parsePorts(text);
  if (port === undefined || port.port === 0 || more.length > 0) {
    throw invalid(`invalid port specification: ${JSON.stringify(text)}`);
  }
  return `${port.port}/${port.proto}`;
}

const same = (a: Binding, b: Binding): boolean => a.HostIp === b.HostIp && a.HostPort === b.HostPort;
const shown = (key: string, { HostIp, HostPort }: Binding): string =>
  `${HostIp === '' ? '' : `${HostIp}:`}${HostPort}:${key}`;

/**
 * Removals come first. An empty list removes all bindings of that port of the container.
 * @throws not-found where what is to go is not there, conflict where what is to come is there already, invalid
 */
export function editBindings(before: Bindings, add: Bindings, remove: Bindings): Record<string, Binding[]> {
  const after = new Map(
    Object.entries(before ?? {}).map(([key, list]): [string, Binding[]] => [keyOf(key), [...(list ?? [])]]),
  );
  for (const [text, list] of Object.entries(remove ?? {})) {
    const key = keyOf(text);
    const there = after.get(key) ?? [];
    if (there.length === 0) throw notFound(`port ${key} is not published by a binding of its own`);
    for (const binding of list ?? []) {
      if (!there.some((other) => same(binding, other))) {
        throw notFound(`port ${shown(key, binding)} is not published`);
      }
    }
    const all = list === null || list.length === 0;
    const rest = all ? [] : there.filter((other) => !list.some((binding) => same(binding, other)));
    if (rest.length === 0) after.delete(key);
    else after.set(key, rest);
  }
  for (const [text, list] of Object.entries(add ?? {})) {
    const key = keyOf(text);
    const there = after.get(key) ?? [];
    for (const binding of list ?? []) {
      if (binding.HostPort !== '' && there.some((other) => same(binding, other))) {
        throw conflict(`port ${shown(key, binding)} is published already`);
      }
      there.push(binding);
    }
    if (there.length > 0) after.set(key, there);
  }
  return Object.fromEntries(after);
}
