/** `--sysctl`: only settings that belong to a namespace of the container's own (namespaces(7)). */
import { invalid } from '../../../errors/minke-error.ts';

const ipcNames = new Set([
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem', 'kernel.shmall', 'kernel.shmmax'],
  ...['kernel.shmmni', 'kernel.shm_rmid_forced'],
]);

const namePattern = /^[a-z0-9_]+(\.[a-zA-Z0-9_:@-]+)+$/;
/** No blank lines, no `+` (which other runtimes split at), nothing that a kernel setting never holds. */
const valuePattern = /^[A-Za-z0-9_ \t.,:;/@%=-]*$/;

/** What is no setting at all; whether the setting may be made is known at start. @throws invalid naming it */
export function checkSysctls(sysctls: Readonly<Record<string, string>> | null): void {
  for (const [name, value] of Object.entries(sysctls ?? {})) {
    if (!namePattern.test(name) || !valuePattern.test(value)) {
      throw invalid(`sysctl ${JSON.stringify(name)} has a name or value that no namespaced setting has`);
    }
  }
}

/** Which of its namespaces are the engine's own, whichever way the container came to them. */
export interface SharedNamespaces {
  readonly network: boolean;
  readonly ipc: boolean;
  readonly uts: boolean;
}

function refusal(name: string, shared: SharedNamespaces): string | null {
  if (ipcNames.has(name) || name.startsWith('fs.mqueue.')) {
    return shared.ipc ? 'is not allowed in the hosts ipc namespace' : null;
  }
  if (name.startsWith('net.')) return shared.network ? 'not allowed in host network namespace' : null;
  if (name === 'kernel.domainname' && !shared.uts) return null;
  if (name === 'kernel.hostname' && !shared.uts)
    return 'is not allowed as it conflicts with the OCI "hostname" field';
  return 'is not in a separate kernel namespace';
}

/**
 * The first setting that would change the host, in runc's words; null where there is none. runc itself lets those of
 * an IPC namespace pass that the container joins through another container, although that may be the host's.
 */
export function sysctlRefusal(
  sysctls: Readonly<Record<string, string>> | null,
  shared: SharedNamespaces,
): string | null {
  for (const name of Object.keys(sysctls ?? {})) {
    const reason = refusal(name, shared);
    if (reason !== null) return `sysctl ${JSON.stringify(name)} ${reason}`;
  }
  return null;
}

/** Lets other users than root ping and listen on low ports, as far as the kernel has the settings. */
export const defaultSysctls = (has: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    [
      ['net.ipv4.ip_unprivileged_port_start', '0'],
      ['net.ipv4.ping_group_range', '0 2147483647'],
    ].filter(([name = '']) => has(name)),
  );
