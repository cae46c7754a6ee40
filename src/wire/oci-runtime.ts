/** The OCI runtime specification's `config.json`, as far as the engine writes it (runtime-spec 1.1, config.md). */
export interface Process {
  terminal?: boolean;
  consoleSize?: { height: number; width: number };
  user: { uid: number; gid: number; umask?: number; additionalGids?: number[] };
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: {
    bounding: string[];
    effective: string[];
    inheritable: string[];
    permitted: string[];
    ambient: string[];
  };
  rlimits?: { type: string; hard: number; soft: number }[];
  noNewPrivileges?: boolean;
  apparmorProfile?: string;
  selinuxLabel?: string;
  oomScoreAdj?: number;
}

/** RLIM_INFINITY of `rlimits`. No number of this language is 2^64-1, so `encodeSpec` writes that for 2^64. */
export const unlimited = 2 ** 64;

/** A spec (or a process of its) as JSON. Text inside of strings can't look like the pattern: there, quotes are escaped. */
export function encodeSpec(value: Spec | Process): string {
  const text = JSON.stringify(value);
  const { rlimits } = 'process' in value ? value.process : value;
  if (!rlimits?.some(({ hard, soft }) => hard === unlimited || soft === unlimited)) return text;
  return text.replaceAll(/("(?:hard|soft)":)18446744073709552000(?=[,}])/g, '$118446744073709551615');
}

export interface Mount {
  destination: string;
  type?: string;
  source?: string;
  options?: string[];
}

export interface LinuxDevice {
  path: string;
  type: 'c' | 'b' | 'u' | 'p';
  major: number;
  minor: number;
  fileMode?: number;
  uid?: number;
  gid?: number;
}

export interface DeviceCgroupRule {
  allow: boolean;
  type?: 'a' | 'c' | 'b';
  major?: number;
  minor?: number;
  access?: string;
}

export interface ThrottleDevice {
  major: number;
  minor: number;
  rate: number;
}

export interface LinuxResources {
  devices?: DeviceCgroupRule[];
  memory?: {
    limit?: number;
    reservation?: number;
    swap?: number;
    kernel?: number;
    kernelTCP?: number;
    swappiness?: number;
    disableOOMKiller?: boolean;
  };
  cpu?: {
    shares?: number;
    quota?: number;
    period?: number;
    realtimeRuntime?: number;
    realtimePeriod?: number;
    cpus?: string;
    mems?: string;
  };
  pids?: { limit: number };
  blockIO?: {
    weight?: number;
    weightDevice?: { major: number; minor: number; weight: number }[];
    throttleReadBpsDevice?: ThrottleDevice[];
    throttleWriteBpsDevice?: ThrottleDevice[];
    throttleReadIOPSDevice?: ThrottleDevice[];
    throttleWriteIOPSDevice?: ThrottleDevice[];
  };
  hugepageLimits?: { pageSize: string; limit: number }[];
}

export type NamespaceType = 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';

export interface Seccomp {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: string[];
  flags?: string[];
  syscalls?: {
    names: string[];
    action: string;
    errnoRet?: number;
    args?: { index: number; value: number; valueTwo?: number; op: string }[];
  }[];
}

export interface IdMapping {
  containerID: number;
  hostID: number;
  size: number;
}

export interface Spec {
  ociVersion: string;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  domainname?: string;
  process: Process;
  mounts: Mount[];
  linux: {
    namespaces: { type: NamespaceType; path?: string }[];
    devices?: LinuxDevice[];
    cgroupsPath?: string;
    resources?: LinuxResources;
    rootfsPropagation?: string;
    seccomp?: Seccomp;
    sysctl?: Record<string, string>;
    maskedPaths?: string[];
    readonlyPaths?: string[];
    mountLabel?: string;
    uidMappings?: IdMapping[];
    gidMappings?: IdMapping[];
  };
  annotations?: Record<string, string>;
}
