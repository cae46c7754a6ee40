import { closeSync, existsSync, readFileSync, statSync } from 'node:fs';
import { hostname, totalmem } from 'node:os';
import { systemCode } from '../../errors/minke-error.ts';
import { pidfdOpen } from '../process/posix/pidfd.ts';
import { capabilityNames } from './capabilities.ts';
import type { Proc, ProcessIdentity, RLimit } from './contract.ts';
import { parseCpu, parseLimits, parseStat, statusRow } from './formats.ts';
import { pidfdSendSignal } from './send-signal.ts';

/** Where systemd-resolved keeps the servers that it asks itself. */
const RESOLVED = '/run/systemd/resolve/resolv.conf';
const STUB = /^\s*nameserver\s+127\.0\.0\.53\s*$/m;

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

export class LinuxProc implements Proc {
  readonly memory = totalmem();
  readonly capabilities: readonly string[];
  readonly limits: ReadonlyMap<string, RLimit>;
  readonly mayRaise: boolean;
  /** What this kernel has shown to have. */
  readonly #found = new Set<string>();

  constructor() {
    const status = read('/proc/self/status');
    this.capabilities = capabilityNames(statusRow(status, 'CapBnd'));
    this.mayRaise = capabilityNames(statusRow(status, 'CapEff')).includes('CAP_SYS_RESOURCE');
    this.limits = parseLimits(read('/proc/self/limits'));
  }

  identify(pid: number): ProcessIdentity | null {
    const stat = pid > 0 ? parseStat(read(`/proc/${pid}/stat`)) : null;
    return stat === null || stat.state === 'Z' || stat.state === 'X'
      ? null
      : { pid, startTime: stat.startTime };
  }

  signal(target: ProcessIdentity, signal: number): boolean {
    let pidfd: number;
    try {
      pidfd = pidfdOpen(target.pid);
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false;
      throw error;
    }
    try {
      // The descriptor holds the process, so what is read now is about that very one.
      if (this.identify(target.pid)?.startTime !== target.startTime) return false;
      pidfdSendSignal(pidfd, signal);
      return true;
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false;
      throw error;
    } finally {
      closeSync(pidfd);
    }
  }

  cpu(): { total: number; online: number } {
    return parseCpu(read('/proc/stat'));
  }

  hasSysctl(name: string): boolean {
    return this.#there(`/proc/sys/${name.replaceAll('.', '/')}`);
  }

  hasNamespace(kind: string): boolean {
    return this.#there(`/proc/self/ns/${kind}`);
  }

  /** Asked for at each container; among the settings of many network namespaces the kernel looks for long. */
  #there(path: string): boolean {
    const there = this.#found.has(path) || existsSync(path);
    if (there) this.#found.add(path);
    return there;
  }

  isOwnNamespace(path: string, kind: string): boolean {
    try {
      const [other, own] = [statSync(path), statSync(`/proc/self/ns/${kind}`)];
      return other.ino === own.ino && other.dev === own.dev;
    } catch {
      return true;
    }
  }

  hostname(): string {
    return hostname();
  }

  resolvConf(): string {
    const text = read('/etc/resolv.conf');
    return STUB.test(text) ? read(RESOLVED) || text : text;
  }

  hostsFile(): string {
    return read('/etc/hosts');
  }
}
