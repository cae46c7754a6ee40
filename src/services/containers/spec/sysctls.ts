/** `--sysctl`: only settings that belong to a namespace of the container's own (namespaces(7)). */
import { invalid } from '../../../errors/minke-error.ts';

const ipcNames = new Set([
  ...['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem', 'kernel.shmall', 'kernel.shmmax'],
  ...['kernel.shmmni', 'kernel.shm_rmid_forced'],
]);

const namePattern = /^[a-z0-9_]+(\.[a-zA-Z0-9_:@-]+)+$/;
/** No blank lines, no `+` (which other runtimes split at), nothing that a kernel setting never holds. */
const valuePattern = /^[A-Za-z0-9_ \t.,:;/@%=-]*$/;

export interface SysctlPlace {
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  readonly hostUts: boolean;
}

/** @throws invalid naming the setting */
export function checkSysctls(sysctls: Readonly<Record<string, string>> | null, place: SysctlPlace): void {
  for (const [name, value] of Object.entries(sysctls ?? {})) {
    const shown = JSON.stringify(name);
    if (!namePattern.test(name) || !valuePattern.test(value)) {
      throw invalid(`sysctl ${shown} has a name or value that no namespaced setting has`);
    }
    const refused = (where: string) => invalid(`sysctl ${shown} not allowed in host ${where} namespace`);
    if (ipcNames.has(name) || name.startsWith('fs.mqueue.')) {
      if (place.hostIpc) throw refused('ipc');
    } else if (name.startsWith('net.')) {
      if (place.hostNetwork) throw refused('network');
    } else if (name === 'kernel.domainname') {
      if (place.hostUts) throw refused('UTS');
    } else throw invalid(`sysctl ${shown} is not in a separate kernel namespace`);
  }
}

/** Lets other users than root ping and listen on low ports, as far as the kernel has the settings. */
export const defaultSysctls = (has: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    [
      ['net.ipv4.ip_unprivileged_port_start', '0'],
      ['net.ipv4.ping_group_range', '0 2147483647'],
    ].filter(([name = '']) => has(name)),
  );
