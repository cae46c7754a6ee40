/** The OCI spec of a container: a pure function over data. Everything that had to be asked of the host is in `SpecParts`. */
import type { RLimit } from '../../../host/proc/contract.ts';
import type { ConfigBody } from '../../../wire/containers/config.ts';
import type { HostConfigBody } from '../../../wire/containers/host-config.ts';
import type {
  DeviceCgroupRule,
  LinuxDevice,
  LinuxResources,
  NamespaceType,
  Process,
  Seccomp,
  Spec,
} from '../../../wire/oci-runtime.ts';
import { capabilitySets } from './capabilities.ts';
import { containerEnvironment, withHome } from './environment.ts';
import { containerMounts, type MountParts } from './mounts.ts';
import { maskedFor } from './paths.ts';
import { rlimits, type Ulimit } from './rlimits.ts';
import type { ResolvedUser } from './users.ts';

/** A namespace: the container's own, one that is there already, or the host's. */
export type NamespaceChoice =
  | { readonly kind: 'own' }
  | { readonly kind: 'join'; readonly path: string }
  | { readonly kind: 'host' };

export interface SpecParts {
  readonly rootfs: string;
  readonly config: Pick<ConfigBody, 'Tty' | 'Env' | 'WorkingDir'>;
  readonly hostConfig: Pick<
    HostConfigBody,
    | 'ReadonlyRootfs'
    | 'Privileged'
    | 'OomScoreAdj'
    | 'MaskedPaths'
    | 'ReadonlyPaths'
    | 'ConsoleSize'
    | 'Annotations'
    | 'Sysctls'
  >;
  /** Entrypoint and command. */
  readonly args: readonly string[];
  readonly hostname: string;
  readonly domainname: string;
  readonly user: ResolvedUser;
  readonly namespaces: Readonly<Record<'network' | 'ipc' | 'pid' | 'uts' | 'cgroup', NamespaceChoice>>;
  readonly cgroupsPath: string;
  readonly resources: LinuxResources;
  readonly devices: { readonly devices: LinuxDevice[]; readonly rules: DeviceCgroupRule[] };
  readonly mounts: Omit<MountParts, 'readonlyRootfs' | 'privileged'>;
  readonly boundingSet: readonly string[];
  readonly ulimits: readonly Ulimit[];
  readonly seccomp: Seccomp | null;
  readonly noNewPrivileges: boolean;
  readonly apparmorProfile: string | null;
  /** For a network namespace of the container's own; those of the user come on top. */
  readonly defaultSysctls: Readonly<Record<string, string>>;
  readonly host: {
    readonly limits: ReadonlyMap<string, RLimit>;
    readonly mayRaise: boolean;
    readonly cpus: number;
  };
}

/** crun 1.8 knows no later one; nothing of later versions is used. */
const OCI_VERSION = '1.0.2';

const order: readonly (keyof SpecParts['namespaces'])[] = ['network', 'uts', 'pid', 'ipc', 'cgroup'];

const namespacesOf = (choices: SpecParts['namespaces']): { type: NamespaceType; path?: string }[] => [
  { type: 'mount' },
  ...order.flatMap((type): { type: NamespaceType; path?: string }[] => {
    const choice = choices[type];
    if (choice.kind === 'host') return [];
    return [choice.kind === 'own' ? { type } : { type, path: choice.path }];
  }),
];

function processOf(parts: SpecParts): Process {
  const { config, hostConfig, user } = parts;
  const [height = 0, width = 0] = hostConfig.ConsoleSize;
  const limits = rlimits(parts.ulimits, parts.host);
  const args =
    parts.mounts.initBinary === null ? [...parts.args] : ['/sbin/docker-init', '--', ...parts.args];
  return {
    ...(config.Tty ? { terminal: true } : {}),
    ...(config.Tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user: { uid: user.uid, gid: user.gid, additionalGids: [...user.additionalGids] },
    args,
    env: withHome(
      containerEnvironment({ hostname: parts.hostname, tty: config.Tty, env: config.Env }),
      user.home,
    ),
    cwd: config.WorkingDir === '' ? '/' : config.WorkingDir,
    capabilities: capabilitySets(parts.boundingSet, user.uid),
    ...(limits.length === 0 ? {} : { rlimits: limits }),
    ...(parts.noNewPrivileges ? { noNewPrivileges: true } : {}),
    ...(parts.apparmorProfile === null ? {} : { apparmorProfile: parts.apparmorProfile }),
    oomScoreAdj: hostConfig.OomScoreAdj,
  };
}

export function containerSpec(parts: SpecParts): Spec {
  const { hostConfig, namespaces } = parts;
  const { mounts, rootfsPropagation } = containerMounts({
    ...parts.mounts,
    readonlyRootfs: hostConfig.ReadonlyRootfs,
    privileged: hostConfig.Privileged,
  });
  const sysctl: Record<string, string> = { ...parts.defaultSysctls, ...hostConfig.Sysctls };
  const ownUts = namespaces.uts.kind === 'own';
  if (ownUts && parts.domainname !== '' && sysctl['kernel.domainname'] === undefined) {
    sysctl['kernel.domainname'] = parts.domainname;
  }
  return {
    ociVersion: OCI_VERSION,
    root: { path: parts.rootfs, ...(hostConfig.ReadonlyRootfs ? { readonly: true } : {}) },
    ...(ownUts ? { hostname: parts.hostname } : {}),
    process: processOf(parts),
    mounts,
    linux: {
      namespaces: namespacesOf(namespaces),
      ...(parts.devices.devices.length === 0 ? {} : { devices: parts.devices.devices }),
      cgroupsPath: parts.cgroupsPath,
      resources: { devices: parts.devices.rules, ...parts.resources },
      ...(rootfsPropagation === undefined ? {} : { rootfsPropagation }),
      ...(parts.seccomp === null ? {} : { seccomp: parts.seccomp }),
      ...(Object.keys(sysctl).length === 0 ? {} : { sysctl }),
      ...(hostConfig.Privileged
        ? {}
        : {
            maskedPaths: maskedFor(hostConfig.MaskedPaths, parts.host.cpus),
            readonlyPaths: [...(hostConfig.ReadonlyPaths ?? [])],
          }),
    },
    ...(hostConfig.Annotations === null ? {} : { annotations: { ...hostConfig.Annotations } }),
  };
}
