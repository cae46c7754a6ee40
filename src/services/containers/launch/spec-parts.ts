import { internal } from '../../../errors/minke-error.ts';
import type { HostConfigBody } from '../../../wire/containers/host-config.ts';
import type { Context } from '../context.ts';
import { joinedContainer } from '../create/modes.ts';
import { holdsEngineFiles } from '../create/mount-points.ts';
import { parseSecurityOptions } from '../create/security.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { ContainerRecord } from '../record/record.ts';
import { boundingSet } from '../spec/capabilities.ts';
import { containerDevices } from '../spec/devices.ts';
import type { MountParts, PreparedMount } from '../spec/mounts.ts';
import { linuxResources } from '../spec/resources.ts';
import { mergeUlimits } from '../spec/rlimits.ts';
import { kernelAtLeast } from '../spec/seccomp/build.ts';
import type { NamespaceChoice, SpecParts } from '../spec/spec.ts';
import { sysctlRefusal } from '../spec/sysctls.ts';
import { type ResolvedUser, resolveUser } from '../spec/users.ts';
import { containerFailure } from './failure.ts';
import { seccompFor } from './filters.ts';
import { fitToImage } from './mounts.ts';
import { donor, type Networking } from './network.ts';

/** Files of accounts larger than this are no files of accounts. */
const ACCOUNTS_LIMIT = 4 * 1024 * 1024;

/** Who a process of the container runs as, by the container's own files. @throws internal, invalid */
export function userOf(
  context: Context,
  root: string,
  spec: string,
  groupAdd: readonly string[] | null,
): ResolvedUser {
  const read = (path: string) => context.rootfs.readText(root, path, ACCOUNTS_LIMIT);
  return resolveUser(spec, groupAdd, { passwd: read('/etc/passwd'), group: read('/etc/group') });
}

export const cgroupOf = (context: Context, { id, hostConfig }: ContainerRecord): string => {
  const parent = hostConfig.CgroupParent || context.settings().cgroupParent;
  return `/${parent.split('/').filter(Boolean).join('/')}/${id}`;
};

function joined(context: Context, mode: string, kind: 'ipc' | 'pid'): NamespaceChoice {
  const ref = joinedContainer(mode);
  if (ref === null) return mode === 'host' ? { kind: 'host' } : { kind: 'own' };
  const other = donor(context, ref, `${kind.toUpperCase()} namespace`);
  return { kind: 'join', path: `/proc/${other.record.state.pid}/ns/${kind}` };
}

/** @throws invalid where the donor does not share its memory */
async function shmOf(context: Context, container: LiveContainer, undo: Undo): Promise<MountParts['shm']> {
  const { record } = container;
  const { IpcMode: mode, ShmSize: size } = record.hostConfig;
  if (mode === 'none') return { kind: 'none' };
  if (mode === 'host') return { kind: 'shared', source: '/dev/shm' };
  const ref = joinedContainer(mode);
  if (ref !== null) {
    const other = donor(context, ref, 'IPC namespace');
    const source = sharedMemory(context, other.record);
    if (source === null) {
      throw internal(
        `failed to join IPC namespace: container ${ref}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
      );
    }
    return { kind: 'shared', source };
  }
  if (mode !== 'shareable') return { kind: 'own', size };
  undo.add(() => context.folders.unmountShm(record.id));
  return { kind: 'shared', source: await context.folders.mountShm(record.id, size) };
}

/** Where the shared memory of a container that shares it is. */
function sharedMemory(context: Context, { id, hostConfig }: ContainerRecord): string | null {
  if (hostConfig.IpcMode === 'host') return '/dev/shm';
  if (hostConfig.IpcMode === 'shareable') return `${context.folders.folder(id)}/mounts/shm`;
  const ref = joinedContainer(hostConfig.IpcMode);
  const other = ref === null ? undefined : context.registry.find(ref);
  return other === undefined ? null : sharedMemory(context, other.record);
}

/** @throws what the client is told where a setting would change the host */
function checkSettings(
  { proc }: Context,
  sysctls: HostConfigBody['Sysctls'],
  namespaces: SpecParts['namespaces'],
): void {
  // Mostly there are none, and whose the namespaces are need not be asked.
  if (Object.keys(sysctls ?? {}).length === 0) return;
  const shared = (choice: NamespaceChoice, kind: string): boolean =>
    choice.kind === 'host' || (choice.kind === 'join' && proc.isOwnNamespace(choice.path, kind));
  const refusal = sysctlRefusal(sysctls, {
    network: shared(namespaces.network, 'net'),
    ipc: shared(namespaces.ipc, 'ipc'),
    uts: shared(namespaces.uts, 'uts'),
  });
  if (refusal !== null) throw containerFailure(`runc create failed: ${refusal}`).error;
}

const hasInit = (context: Context, { hostConfig }: ContainerRecord): boolean =>
  hostConfig.PidMode === '' && (hostConfig.Init ?? context.settings().init);

export interface Prepared {
  readonly rootfs: string;
  readonly networking: Networking;
  readonly mounts: readonly PreparedMount[];
  readonly undo: Undo;
}

/** Everything that the spec is made of, asked of the host and the container's own files. */
export async function specParts(
  context: Context,
  container: LiveContainer,
  prepared: Prepared,
): Promise<SpecParts> {
  const { record } = container;
  const { config, hostConfig } = record;
  const { proc, devices, host } = context;
  const settings = context.settings();
  const security = parseSecurityOptions(hostConfig.SecurityOpt, settings);
  const privileged = hostConfig.Privileged;
  const bounding = boundingSet(
    { add: hostConfig.CapAdd, drop: hostConfig.CapDrop, privileged },
    proc.capabilities,
  );
  const namespaces: SpecParts['namespaces'] = {
    network: prepared.networking.namespace,
    ipc: joined(context, hostConfig.IpcMode, 'ipc'),
    pid: joined(context, hostConfig.PidMode, 'pid'),
    uts: hostConfig.UTSMode === 'host' ? { kind: 'host' } : { kind: 'own' },
    cgroup: hostConfig.CgroupnsMode === 'private' ? { kind: 'own' } : { kind: 'host' },
  };
  checkSettings(context, hostConfig.Sysctls, namespaces);
  return {
    rootfs: prepared.rootfs,
    config,
    hostConfig,
    args: record.argv,
    hostname: prepared.networking.hostname,
    domainname: prepared.networking.domainname,
    user: userOf(context, prepared.rootfs, config.User, hostConfig.GroupAdd),
    namespaces,
    cgroupsPath: cgroupOf(context, record),
    resources: linuxResources(hostConfig, devices),
    devices: containerDevices(
      { privileged, mappings: hostConfig.Devices, rules: hostConfig.DeviceCgroupRules },
      devices,
    ),
    mounts: {
      mounts: fitToImage(context.rootfs, prepared.rootfs, prepared.mounts),
      etcFiles: prepared.networking.etcFiles,
      initBinary: hasInit(context, record) ? settings.initBinary : null,
      shm: await shmOf(context, container, prepared.undo),
      writableCgroups: security.writableCgroups ?? privileged,
      canRecurseReadOnly: kernelAtLeast(host.kernel, '5.12'),
      mountOf: (source) => context.sources.mountOf(source),
      guardsOf: (source) => context.sources.guards(source),
      holdsEngineFiles: (source) => holdsEngineFiles(source, settings.dataRoot),
    },
    boundingSet: bounding,
    ulimits: mergeUlimits(hostConfig.Ulimits, settings.ulimits),
    seccomp: seccompFor(context, security.seccomp, { privileged, boundingSet: bounding }),
    noNewPrivileges: security.noNewPrivileges,
    apparmorProfile: host.apparmor
      ? security.apparmor || (privileged ? 'unconfined' : settings.apparmor)
      : null,
    defaultSysctls: prepared.networking.sysctls,
    host: { limits: proc.limits, mayRaise: proc.mayRaise, cpus: host.cpus },
  };
}
