/** From the settings to what the API listens on. */

import type { ClientTls, Listener } from '../../api/listener.ts';
import { invalid } from '../../errors/minke-error.ts';
import type { Settings } from '../settings/table.ts';
import { judgeExposure, parseListenAddress } from './addresses.ts';

/** The gid of a group in group(5) form, or undefined. */
export function groupId(name: string, groupFile: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  for (const line of groupFile.split('\n')) {
    const [group, , id] = line.split(':');
    if (group === name && id !== undefined && /^\d+$/.test(id)) return Number(id);
  }
  return undefined;
}

/** systemd's protocol, sd_listen_fds(3): descriptors from 3 on, meant for the process that LISTEN_PID names. */
function activated(environment: NodeJS.ProcessEnv): Listener[] {
  const count = Number(environment.LISTEN_FDS ?? '0');
  if (environment.LISTEN_PID !== String(process.pid) || !(count > 0)) {
    throw invalid('no sockets found via socket activation: make sure the service was started by systemd');
  }
  return Array.from({ length: count }, (_, index) => ({ kind: 'fd', fd: 3 + index }));
}

export interface ListenerSources {
  readonly readFile: (path: string) => Buffer;
  readonly groupFile: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `--tls=false` was said, and is no default. */
  readonly tlsGiven: boolean;
}

/** @returns warnings about who reaches the API, for the log */
export function listenersOf(
  settings: Settings,
  sources: ListenerSources,
): { listeners: Listener[]; warnings: string[] } {
  const enabled = settings.tls || settings.tlsverify;
  const tls: ClientTls | undefined = enabled
    ? {
        cert: sources.readFile(settings.tlscert),
        key: sources.readFile(settings.tlskey),
        clientCa: settings.tlsverify ? sources.readFile(settings.tlscacert) : null,
      }
    : undefined;
  const exposure = { enabled, verify: settings.tlsverify, explicitlyOff: sources.tlsGiven && !enabled };
  const gid = groupId(settings.group, sources.groupFile);
  const hosts = settings.hosts.length === 0 ? ['unix:///var/run/docker.sock'] : settings.hosts;
  const warnings: string[] = [];
  const listeners = hosts.flatMap((host): Listener[] => {
    const address = parseListenAddress(host, enabled);
    const warning = judgeExposure(address, exposure);
    if (warning !== null) warnings.push(warning);
    if (address.kind === 'unix') return [gid === undefined ? address : { ...address, gid }];
    if (address.kind === 'tcp') return [tls === undefined ? address : { ...address, tls }];
    return activated(sources.environment);
  });
  return { listeners, warnings };
}
