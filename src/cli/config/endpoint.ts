import type { TlsMaterial } from '../../client/transport/tls-material.ts';
import { StatusError } from '../status-error.ts';

/** Where a daemon is looked for when nothing says otherwise. */
export const defaultHost = 'unix:///var/run/docker.sock';

export interface Endpoint {
  readonly host: string;
  readonly tls: TlsMaterial | undefined;
}

/** `host:port`, `:port`, a bare path become addresses, as Docker has it. */
export function normalHost(host: string, tls: boolean): string {
  const trimmed = host.trim();
  if (trimmed === '') return defaultHost;
  if (trimmed.includes('://')) {
    if (trimmed === 'unix://') return defaultHost;
    if (!/^(unix|tcp|https?|ssh):/.test(trimmed))
      throw new StatusError(
        `Failed to initialize: unable to resolve docker endpoint: invalid bind address format: ${trimmed}`,
        1,
      );
    return trimmed;
  }
  if (trimmed.startsWith('/')) return `unix://${trimmed}`;
  const [name = '', port] = trimmed.startsWith('[')
    ? [trimmed.slice(0, trimmed.indexOf(']') + 1), trimmed.slice(trimmed.indexOf(']') + 2) || undefined]
    : trimmed.split(':');
  return `tcp://${name || 'localhost'}:${port ?? (tls ? '2376' : '2375')}`;
}
