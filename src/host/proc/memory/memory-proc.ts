import type { Proc, ProcessIdentity, RLimit } from '../contract.ts';

/** The double for unit tests: processes are those that the test names. */
export class MemoryProc implements Proc {
  readonly running = new Map<number, ProcessIdentity>();
  readonly signals: { pid: number; signal: number }[] = [];
  readonly memory = 8 * 1024 ** 3;
  capabilities: readonly string[] = ['CAP_CHOWN', 'CAP_NET_RAW', 'CAP_KILL', 'CAP_SYS_ADMIN'];
  limits: ReadonlyMap<string, RLimit> = new Map([['nofile', { soft: 1024, hard: 20_000 }]]);
  mayRaise = false;
  /** Called after each signal that found its process. */
  onSignal: (pid: number, signal: number) => void = () => {};

  identify(pid: number): ProcessIdentity | null {
    return this.running.get(pid) ?? null;
  }

  signal(target: ProcessIdentity, signal: number): boolean {
    if (this.running.get(target.pid)?.startTime !== target.startTime) return false;
    this.signals.push({ pid: target.pid, signal });
    this.onSignal(target.pid, signal);
    return true;
  }

  cpu(): { total: number; online: number } {
    return { total: 1_000_000_000, online: 2 };
  }

  hasSysctl(): boolean {
    return true;
  }

  hasNamespace(): boolean {
    return true;
  }

  /** Files of namespaces that are the engine's own. */
  readonly ownNamespaces = new Set<string>();

  isOwnNamespace(path: string): boolean {
    return this.ownNamespaces.has(path);
  }

  hostname(): string {
    return 'host';
  }

  resolvConf(): string {
    return 'nameserver 192.0.2.53\nsearch example.test\n';
  }

  hostsFile(): string {
    return '127.0.0.1\tlocalhost\n';
  }
}
