import { type PortBinding, publishedPorts } from './ports.ts';

/** `80` or `80/udp`: all that is published of that port; `[ip:]host:container[/proto]`: that binding alone. */
export function unpublishedPorts(specs: readonly string[]): Record<string, PortBinding[]> {
  const removed: Record<string, PortBinding[]> = {};
  for (const spec of specs) {
    const whole = /^[^:=]+$/.test(spec);
    for (const [port, bindings] of Object.entries(publishedPorts([spec], []).bindings)) {
      removed[port] = whole ? [] : [...(removed[port] ?? []), ...bindings];
    }
  }
  return removed;
}
