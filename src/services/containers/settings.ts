import type { LogConfig } from './create/log-config.ts';
import type { Ulimit } from './spec/rlimits.ts';
import type { SeccompProfile } from './spec/seccomp/profile.ts';

/** Settings of the daemon that containers go by; read anew at each use, as a reload may change them. */
export interface ContainerSettings {
  /** Absolute path of `--data-root`. */
  readonly dataRoot: string;
  readonly defaultRuntime: string;
  /** Bytes. */
  readonly shmSize: number;
  readonly ipcMode: 'private' | 'shareable';
  readonly cgroupnsMode: 'host' | 'private';
  /** `/docker` */
  readonly cgroupParent: string;
  readonly ulimits: readonly Ulimit[];
  /** Run an init in every container. */
  readonly init: boolean;
  /** Absolute path of the binary bound at /sbin/docker-init. */
  readonly initBinary: string;
  readonly log: LogConfig;
  readonly noNewPrivileges: boolean;
  readonly seccomp: 'builtin' | 'unconfined' | SeccompProfile;
  /** AppArmor profile of containers that ask for none; null on hosts without AppArmor. */
  readonly apparmor: string | null;
  /** Seconds. */
  readonly stopTimeout: number;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** What `host-gateway` stands for; the default bridge's address where empty. */
  readonly hostGatewayIps: readonly string[];
  readonly liveRestore: boolean;
  /** `-p` without an address stands for all addresses of the host. */
  readonly publishesToAll: boolean;
  /** Create warns of ports that all addresses of the host have. */
  readonly publishWarnings: boolean;
}
