/** Ports that everybody who reaches the host reaches. */
import type { ContainerSettings } from '../settings.ts';
import type { Bindings } from './publish-edit.ts';

const all = ['0.0.0.0', '::'];

export function publishWarnings(
  bindings: Bindings,
  { publishesToAll, publishWarnings: wanted }: Pick<ContainerSettings, 'publishesToAll' | 'publishWarnings'>,
): string[] {
  if (!wanted) return [];
  const wide = ({ HostIp }: { HostIp: string }): boolean =>
    HostIp === '' ? publishesToAll : all.includes(HostIp);
  const ports = Object.entries(bindings ?? {}).filter(([, list]) => list?.some(wide));
  return ports.map(
    ([port]) =>
      `Port ${port} is published on all addresses of the host. Name one to keep it to that, such as 127.0.0.1`,
  );
}
