/** What the kernel tells about processes and itself: proc(5). */

/** A process that can't be mistaken for a later one of the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, ticks since boot. */
  readonly startTime: string;
}

export interface RLimit {
  readonly soft: number;
  readonly hard: number;
}

export interface Proc {
  /** Null where there is no such process (a zombie counts as none). */
  identify(pid: number): ProcessIdentity | null;
  /** Sends the signal if the process is still that one; false when it has gone. */
  signal(process: ProcessIdentity, signal: number): boolean;
  /** All CPU time since boot of all CPUs in nanoseconds, and the number of CPUs online. */
  cpu(): { total: number; online: number };
  /** Bytes. */
  readonly memory: number;
  /** `CAP_…` names of this process's bounding set: what a container can be given at most. */
  readonly capabilities: readonly string[];
  /**
   * Limits of this process by name (`nofile`); RLIM_INFINITY is -1. Raising a hard limit needs CAP_SYS_RESOURCE:
   * `mayRaise`.
   */
  readonly limits: ReadonlyMap<string, RLimit>;
  readonly mayRaise: boolean;
  /** `net.ipv4.ip_forward`; false where the kernel has no such setting. */
  hasSysctl(name: string): boolean;
  /** The kernel knows this kind of namespace (`cgroup`, `time`, …). */
  hasNamespace(kind: string): boolean;
  /**
   * The file of a namespace (`/proc/<pid>/ns/net`, or where it is mounted) leads to the one that this process is in;
   * true also where that can't be told.
   * @param kind `net`, `ipc`, …
   */
  isOwnNamespace(path: string, kind: string): boolean;
  hostname(): string;
  /** Content of the host's resolv.conf(5); behind systemd-resolved that with the real servers. */
  resolvConf(): string;
  /** Content of the host's hosts(5). */
  hostsFile(): string;
}
