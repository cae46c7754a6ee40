/** What a create body means at each API version: moby's `postContainersCreate` as tables. */
import { invalid } from '../../errors/minke-error.ts';
import type { ApiVersion } from '../../wire/api/versions.ts';
import type { ContainerCreateBody } from '../../wire/containers/create.ts';
import type { HostConfigBody, MountBody } from '../../wire/containers/host-config.ts';
import { adapt, type VersionRule } from './adapt.ts';
import { migrateMacAddress } from './mac-address.ts';
import { migrateSysctls } from './sysctls.ts';

type Body = ContainerCreateBody;
type Rule = VersionRule<Body>;

const host = (change: (config: HostConfigBody) => Partial<HostConfigBody>): Rule['apply'] => {
  return (body) =>
    body.HostConfig ? { ...body, HostConfig: { ...body.HostConfig, ...change(body.HostConfig) } } : body;
};

const mounts = (change: (mount: MountBody) => MountBody): Rule['apply'] =>
  host((config) => ({ Mounts: config.Mounts?.map(change) ?? null }));

const bindOptions = (
  change: (options: NonNullable<MountBody['BindOptions']>) => NonNullable<MountBody['BindOptions']>,
) => mounts((mount) => (mount.BindOptions ? { ...mount, BindOptions: change(mount.BindOptions) } : mount));

/** Refuses mounts that the predicate finds. */
const refuseMounts = (found: (mount: MountBody) => boolean, message: (mount: MountBody) => string) =>
  mounts((mount) => {
    if (found(mount)) throw invalid(message(mount));
    return mount;
  });

const misplaced = (member: 'VolumeOptions' | 'BindOptions' | 'TmpfsOptions', type: string) =>
  refuseMounts(
    (mount) => Boolean(mount[member]) && mount.Type !== type,
    (mount) => `${member} must not be specified on mount type ${JSON.stringify(mount.Type)}`,
  );

const endpoints = (body: Body) => body.NetworkingConfig?.EndpointsConfig ?? {};

/** `default` and nothing mean the default network, wherever they stand. */
function nameDefaultNetwork(body: Body): Body {
  const mode = body.HostConfig?.NetworkMode ?? '';
  if (mode !== '' && mode !== 'default') return body;
  const { default: unnamed, ...named } = endpoints(body);
  const all = unnamed === undefined ? named : { ...named, bridge: unnamed };
  const config = { ...body.HostConfig, NetworkMode: 'bridge' } as HostConfigBody; // the schema fills HostConfig whole
  return {
    ...body,
    HostConfig: config,
    NetworkingConfig: { ...body.NetworkingConfig, EndpointsConfig: all },
  };
}

function oneEndpoint(body: Body): Body {
  const names = Object.keys(endpoints(body));
  if (names.length > 1)
    throw invalid(`Container cannot be created with multiple network endpoints: ${names.join(', ')}`);
  return body;
}

function equalPriorities(body: Body): Body {
  const changed = Object.entries(endpoints(body)).map(([name, endpoint]) => [
    name,
    endpoint ? { ...endpoint, GwPriority: 0 } : endpoint,
  ]);
  return {
    ...body,
    NetworkingConfig: { ...body.NetworkingConfig, EndpointsConfig: Object.fromEntries(changed) },
  };
}

const rules: readonly Rule[] = [
  { why: 'the default network has a name', apply: nameDefaultNetwork },
  { before: 25, why: 'clients removed containers themselves', apply: host(() => ({ AutoRemove: false })) },
  {
    before: 40,
    why: 'binds were recursive',
    apply: bindOptions((options) => ({ ...options, NonRecursive: false })),
  },
  { before: 40, why: 'there was no such limit', apply: host(() => ({ KernelMemoryTCP: 0 })) },
  {
    before: 40,
    why: 'IPC namespaces were shareable',
    apply: host((config) => ({ IpcMode: config.IpcMode || 'shareable' })),
  },
  {
    before: 42,
    why: 'mount points were not made, and options of other mount types not looked at',
    apply: mounts((mount) => ({
      ...mount,
      BindOptions: mount.BindOptions ? { ...mount.BindOptions, CreateMountpoint: false } : mount.BindOptions,
      VolumeOptions: mount.Type === 'volume' ? mount.VolumeOptions : null,
      TmpfsOptions: mount.Type === 'tmpfs' ? mount.TmpfsOptions : null,
    })),
  },
  { before: 42, why: 'the size of the console was not used', apply: host(() => ({ ConsoleSize: [0, 0] })) },
  { from: 42, why: 'kernel memory limits are gone', apply: host(() => ({ KernelMemory: 0 })) },
  { from: 42, why: 'options belong to their mount type', apply: misplaced('VolumeOptions', 'volume') },
  { from: 42, why: 'options belong to their mount type', apply: misplaced('BindOptions', 'bind') },
  { from: 42, why: 'options belong to their mount type', apply: misplaced('TmpfsOptions', 'tmpfs') },
  { before: 43, why: 'there were no annotations', apply: host(() => ({ Annotations: null })) },
  {
    before: 44,
    why: 'health checks had one interval',
    apply: (body) =>
      body.Healthcheck ? { ...body, Healthcheck: { ...body.Healthcheck, StartInterval: 0 } } : body,
  },
  {
    before: 44,
    why: 'an option that protects must not be lost',
    apply: refuseMounts(
      (mount) => mount.Type === 'bind' && mount.BindOptions?.ReadOnlyForceRecursive === true,
      () => 'BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer',
    ),
  },
  {
    before: 44,
    why: 'read-only was not recursive',
    apply: bindOptions((options) => ({ ...options, ReadOnlyNonRecursive: true })),
  },
  { before: 44, why: 'containers started with one network', apply: oneEndpoint },
  {
    before: 45,
    why: 'volumes were mounted whole',
    apply: refuseMounts(
      (mount) => (mount.VolumeOptions?.Subpath ?? '') !== '',
      () => 'VolumeOptions.Subpath needs API v1.45 or newer',
    ),
  },
  { before: 48, why: 'endpoints had no priority', apply: equalPriorities },
  {
    before: 48,
    why: 'images could not be mounted',
    apply: refuseMounts(
      (mount) => mount.Type === 'image',
      () => 'Mount type "Image" needs API v1.48 or newer',
    ),
  },
  {
    why: '0 and -1 both say "no limit"',
    apply: host((config) => ((config.PidsLimit ?? 1) <= 0 ? { PidsLimit: null } : {})),
  },
];

/** Before, the client itself warned. */
const volumeDriverWarningSince: ApiVersion = 48;

function volumeDriverWarning(body: Body, version: ApiVersion): string | null {
  const { VolumeDriver, Mounts } = body.HostConfig ?? {};
  if (!VolumeDriver || version < volumeDriverWarningSince) return null;
  const driverless = Mounts?.some(
    (mount) => mount.Type === 'volume' && !mount.VolumeOptions?.DriverConfig?.Name,
  );
  return driverless
    ? "WARNING: the container-wide volume-driver configuration is ignored for volumes specified via 'mount'. Use '--mount type=volume,volume-driver=...' instead"
    : null;
}

export interface PreparedCreate {
  readonly body: Body;
  readonly warnings: readonly string[];
}

/** @throws invalid for what this version can't say, or says twice */
export function prepareCreate(given: Body, version: ApiVersion): PreparedCreate {
  const adapted = adapt(rules, version, given);
  const mac = migrateMacAddress(adapted, version);
  const sysctls = migrateSysctls(mac.body, version);
  const warnings = [volumeDriverWarning(adapted, version), mac.warning, sysctls.warning];
  return { body: sysctls.body, warnings: warnings.filter((warning) => warning !== null) };
}
