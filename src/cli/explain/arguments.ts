import {
  bool,
  isObject,
  type Json,
  type JsonObject,
  list,
  number,
  object,
  text,
  textMap,
  texts,
} from '../../client/json.ts';
import { formatDuration } from '../format/go-duration.ts';

/** Flags in pairs of name and value; a flag without a value stands alone. */
type Argument = readonly [flag: string, value?: string];

/** A size the shortest exact way: `512m`, `1g`, else bytes. */
function size(bytes: number): string {
  for (const [unit, factor] of [
    ['g', 1 << 30],
    ['m', 1 << 20],
    ['k', 1 << 10],
  ] as const)
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  return String(bytes);
}

const one = (flag: string, value: string): Argument[] => (value === '' ? [] : [[flag, value]]);
const each = (flag: string, values: readonly string[]): Argument[] => values.map((value) => [flag, value]);
const when = (flag: string, condition: boolean): Argument[] => (condition ? [[flag]] : []);
const amount = (flag: string, value: number): Argument[] => (value === 0 ? [] : [[flag, String(value)]]);
const memory = (flag: string, value: number): Argument[] =>
  value === 0 ? [] : [[flag, value < 0 ? '-1' : size(value)]];

const added = (own: readonly string[], image: readonly string[]): string[] =>
  own.filter((item) => !image.includes(item));
const changedPairs = (
  own: Readonly<Record<string, string>>,
  image: Readonly<Record<string, string>>,
): string[] =>
  Object.entries(own)
    .filter(([key, value]) => image[key] !== value)
    .map(([key, value]) => `${key}=${value}`);

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function networks(container: JsonObject, host: JsonObject): Argument[] {
  const mode = text(host.NetworkMode);
  const id = text(container.Id);
  const name = text(container.Name).replace(/^\//, '');
  const endpoints = object(object(container.NetworkSettings).Networks);
  if (['default', 'bridge', 'host', 'none', ''].includes(mode) || mode.startsWith('container:'))
    return mode === 'default' || mode === 'bridge' || mode === '' ? [] : [['--network', mode]];
  return Object.entries(endpoints).map(([network, value]) => {
    const endpoint = object(value);
    const ipam = object(endpoint.IPAMConfig);
    const aliases = texts(endpoint.Aliases).filter((alias) => !id.startsWith(alias) && alias !== name);
    const fields = [
      ...aliases.map((alias) => `alias=${alias}`),
      ...one('ip', text(ipam.IPv4Address)).map(([key, address]) => `${key}=${address}`),
      ...one('ip6', text(ipam.IPv6Address)).map(([key, address]) => `${key}=${address}`),
      ...changedPairs(textMap(endpoint.DriverOpts), {}).map((option) => `driver-opt=${option}`),
      ...(number(endpoint.GwPriority) === 0 ? [] : [`gw-priority=${number(endpoint.GwPriority)}`]),
    ];
    return ['--network', fields.length === 0 ? network : `name=${network},${fields.join(',')}`] as const;
  });
}

function ports(host: JsonObject): Argument[] {
  return Object.entries(object(host.PortBindings)).flatMap(([port, bindings]) =>
    list(bindings, object).map((binding): Argument => {
      const ip = text(binding.HostIp);
      const outside = text(binding.HostPort);
      const inside = port.replace(/\/tcp$/, '');
      const address = ip.includes(':') ? `[${ip}]` : ip;
      if (address === '') return ['-p', outside === '' ? inside : `${outside}:${inside}`];
      return ['-p', `${address}:${outside}:${inside}`];
    }),
  );
}

function mounts(host: JsonObject): Argument[] {
  const quote = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return list(host.Mounts, object).map((mount) => {
    const bind = object(mount.BindOptions);
    const volume = object(mount.VolumeOptions);
    const tmpfs = object(mount.TmpfsOptions);
    const driver = object(volume.DriverConfig);
    const fields = [
      `type=${text(mount.Type)}`,
      ...(text(mount.Source) === '' ? [] : [`source=${text(mount.Source)}`]),
      `target=${text(mount.Target)}`,
      ...(bool(mount.ReadOnly) ? ['readonly'] : []),
      ...(text(mount.Consistency) === '' ? [] : [`consistency=${text(mount.Consistency)}`]),
      ...(text(bind.Propagation) === '' ? [] : [`bind-propagation=${text(bind.Propagation)}`]),
      ...(bool(bind.NonRecursive) ? ['bind-recursive=disabled'] : []),
      ...(bool(bind.ReadOnlyNonRecursive) ? ['bind-recursive=writable'] : []),
      ...(bool(bind.ReadOnlyForceRecursive) ? ['bind-recursive=readonly'] : []),
      ...(bool(bind.CreateMountpoint) ? ['bind-create-src'] : []),
      ...(bool(volume.NoCopy) ? ['volume-nocopy'] : []),
      ...(text(volume.Subpath) === '' ? [] : [`volume-subpath=${text(volume.Subpath)}`]),
      ...changedPairs(textMap(volume.Labels), {}).map((label) => `volume-label=${label}`),
      ...(text(driver.Name) === '' ? [] : [`volume-driver=${text(driver.Name)}`]),
      ...changedPairs(textMap(driver.Options), {}).map((option) => `volume-opt=${option}`),
      ...(text(object(mount.ImageOptions).Subpath) === ''
        ? []
        : [`image-subpath=${text(object(mount.ImageOptions).Subpath)}`]),
      ...(number(tmpfs.SizeBytes) === 0 ? [] : [`tmpfs-size=${number(tmpfs.SizeBytes)}`]),
      ...(number(tmpfs.Mode) === 0 ? [] : [`tmpfs-mode=${number(tmpfs.Mode).toString(8)}`]),
    ];
    return ['--mount', fields.map(quote).join(',')] as const;
  });
}

function resources(host: JsonObject): Argument[] {
  const throttle = (flag: string, field: string): Argument[] =>
    list(host[field], object).map((device) => [flag, `${text(device.Path)}:${number(device.Rate)}`] as const);
  const period = number(host.CpuPeriod);
  return [
    ...memory('--memory', number(host.Memory)),
    ...memory('--memory-reservation', number(host.MemoryReservation)),
    // A limit of memory alone makes the daemon set twice that for both.
    ...(number(host.MemorySwap) === 2 * number(host.Memory)
      ? []
      : memory('--memory-swap', number(host.MemorySwap))),
    ...(typeof host.MemorySwappiness === 'number' && host.MemorySwappiness >= 0
      ? [['--memory-swappiness', String(host.MemorySwappiness)] as const]
      : []),
    ...(number(host.NanoCpus) === 0 ? [] : [['--cpus', String(number(host.NanoCpus) / 1e9)] as const]),
    ...amount('--cpu-shares', number(host.CpuShares)),
    ...amount('--cpu-period', period),
    ...amount('--cpu-quota', number(host.CpuQuota)),
    ...amount('--cpu-rt-period', number(host.CpuRealtimePeriod)),
    ...amount('--cpu-rt-runtime', number(host.CpuRealtimeRuntime)),
    ...one('--cpuset-cpus', text(host.CpusetCpus)),
    ...one('--cpuset-mems', text(host.CpusetMems)),
    ...amount('--blkio-weight', number(host.BlkioWeight)),
    ...list(host.BlkioWeightDevice, object).map(
      (device) => ['--blkio-weight-device', `${text(device.Path)}:${number(device.Weight)}`] as const,
    ),
    ...throttle('--device-read-bps', 'BlkioDeviceReadBps'),
    ...throttle('--device-write-bps', 'BlkioDeviceWriteBps'),
    ...throttle('--device-read-iops', 'BlkioDeviceReadIOps'),
    ...throttle('--device-write-iops', 'BlkioDeviceWriteIOps'),
    ...amount('--pids-limit', number(host.PidsLimit)),
    ...list(host.Ulimits, object).map((limit) => {
      const [soft, hard] = [number(limit.Soft), number(limit.Hard)];
      return ['--ulimit', `${text(limit.Name)}=${soft}${soft === hard ? '' : `:${hard}`}`] as const;
    }),
    ...when('--oom-kill-disable', bool(host.OomKillDisable)),
    ...amount('--oom-score-adj', number(host.OomScoreAdj)),
    // 64 MiB is what the daemon sets by itself.
    ...(number(host.ShmSize) === 67_108_864 ? [] : memory('--shm-size', number(host.ShmSize))),
  ];
}

function devices(host: JsonObject): Argument[] {
  return [
    ...list(host.Devices, object).map((device) => {
      const [outside, inside, mode] = [
        text(device.PathOnHost),
        text(device.PathInContainer),
        text(device.CgroupPermissions),
      ];
      const path = inside === outside ? outside : `${outside}:${inside}`;
      return ['--device', mode === 'rwm' || mode === '' ? path : `${path}:${mode}`] as const;
    }),
    ...each('--device-cgroup-rule', texts(host.DeviceCgroupRules)),
    ...list(host.DeviceRequests, object).flatMap((request): Argument[] => {
      if (text(request.Driver) === 'cdi') return each('--device', texts(request.DeviceIDs));
      const ids = texts(request.DeviceIDs);
      const count = number(request.Count);
      if (ids.length > 0) return [['--gpus', `"device=${ids.join(',')}"`]];
      return [['--gpus', count === -1 ? 'all' : String(count)]];
    }),
  ];
}

function health(config: JsonObject, image: JsonObject): Argument[] {
  if (same(config.Healthcheck, image.Healthcheck) || !isObject(config.Healthcheck)) return [];
  const check = config.Healthcheck;
  const test = texts(check.Test);
  if (test[0] === 'NONE') return [['--no-healthcheck']];
  const time = (flag: string, value: Json | undefined): Argument[] =>
    number(value) === 0 ? [] : [[flag, formatDuration(number(value))]];
  const command = test[0] === 'CMD-SHELL' ? (test[1] ?? '') : test.slice(1).join(' ');
  return [
    ...one('--health-cmd', command),
    ...time('--health-interval', check.Interval),
    ...time('--health-timeout', check.Timeout),
    ...time('--health-start-period', check.StartPeriod),
    ...time('--health-start-interval', check.StartInterval),
    ...amount('--health-retries', number(check.Retries)),
  ];
}

function security(host: JsonObject): Argument[] {
  const profiles = texts(host.SecurityOpt).filter((option) => !option.startsWith('seccomp={'));
  const open = Array.isArray(host.MaskedPaths) && host.MaskedPaths.length === 0 && !bool(host.Privileged);
  return [
    ...when('--privileged', bool(host.Privileged)),
    ...each('--cap-add', texts(host.CapAdd)),
    ...each('--cap-drop', texts(host.CapDrop)),
    ...each('--security-opt', bool(host.Privileged) ? added(profiles, ['label=disable']) : profiles),
    ...(open ? [['--security-opt', 'systempaths=unconfined'] as const] : []),
    ...each('--group-add', texts(host.GroupAdd)),
    ...one('--userns', text(host.UsernsMode)),
  ];
}

function namespaces(host: JsonObject, cgroupns: string): Argument[] {
  const ipc = text(host.IpcMode);
  const own = text(host.CgroupnsMode);
  return [
    ...one('--pid', text(host.PidMode)),
    ...(ipc === 'private' ? [] : one('--ipc', ipc)),
    ...one('--uts', text(host.UTSMode)),
    ...(own === cgroupns ? [] : one('--cgroupns', own)),
    ...one('--cgroup-parent', text(host.CgroupParent)),
  ];
}

function naming(container: JsonObject, config: JsonObject, image: JsonObject): Argument[] {
  const hostname = text(config.Hostname);
  return [
    ...one('--name', text(container.Name).replace(/^\//, '')),
    ...(text(container.Id).startsWith(hostname) ? [] : one('--hostname', hostname)),
    ...one('--domainname', text(config.Domainname)),
    ...(same(config.User, image.User) ? [] : one('--user', text(config.User))),
    ...(same(config.WorkingDir, image.WorkingDir) ? [] : one('--workdir', text(config.WorkingDir))),
    ...each('--env', added(texts(config.Env), texts(image.Env))),
    ...each('--label', changedPairs(textMap(config.Labels), textMap(image.Labels))),
  ];
}

function storage(config: JsonObject, image: JsonObject, host: JsonObject): Argument[] {
  const anonymous = added(Object.keys(object(config.Volumes)), Object.keys(object(image.Volumes)));
  const tmpfs = Object.entries(textMap(host.Tmpfs)).map(([path, options]) =>
    options === '' ? path : `${path}:${options}`,
  );
  return [
    ...each('--volume', [...texts(host.Binds), ...anonymous]),
    ...mounts(host),
    ...each('--tmpfs', tmpfs),
    ...each('--volumes-from', texts(host.VolumesFrom)),
    ...one('--volume-driver', text(host.VolumeDriver)),
    ...each('--storage-opt', changedPairs(textMap(host.StorageOpt), {})),
    ...when('--read-only', bool(host.ReadonlyRootfs)),
  ];
}

function life(config: JsonObject, image: JsonObject, host: JsonObject): Argument[] {
  const restart = object(host.RestartPolicy);
  const name = text(restart.Name);
  const retries = number(restart.MaximumRetryCount);
  const log = object(host.LogConfig);
  const exposed = added(Object.keys(object(config.ExposedPorts)), [
    ...Object.keys(object(image.ExposedPorts)),
    ...Object.keys(object(host.PortBindings)),
  ]);
  return [
    ...when('--rm', bool(host.AutoRemove)),
    ...(name === '' || name === 'no'
      ? []
      : [['--restart', retries > 0 ? `${name}:${retries}` : name] as const]),
    ...(host.Init === true ? [['--init'] as const] : host.Init === false ? [['--init=false'] as const] : []),
    ...(same(config.StopSignal, image.StopSignal) ? [] : one('--stop-signal', text(config.StopSignal))),
    ...(typeof config.StopTimeout === 'number'
      ? [['--stop-timeout', String(config.StopTimeout)] as const]
      : []),
    ...(text(log.Type) === 'json-file' && Object.keys(object(log.Config)).length === 0
      ? []
      : one('--log-driver', text(log.Type))),
    ...each('--log-opt', changedPairs(textMap(log.Config), {})),
    ...(text(host.Runtime) === 'runc' || text(host.Runtime) === 'crun'
      ? []
      : one('--runtime', text(host.Runtime))),
    ...each(
      '--expose',
      exposed.map((port) => port.replace(/\/tcp$/, '')),
    ),
    ...when('--publish-all', bool(host.PublishAllPorts)),
  ];
}

/** What differs in the command from what the image would run by itself. */
function command(
  config: JsonObject,
  image: JsonObject,
): { readonly flags: Argument[]; readonly words: readonly string[] } {
  const entrypoint = texts(config.Entrypoint);
  const own = texts(config.Cmd);
  if (same(config.Entrypoint, image.Entrypoint))
    return { flags: [], words: same(config.Cmd, image.Cmd) ? [] : own };
  return { flags: [['--entrypoint', entrypoint[0] ?? '']], words: [...entrypoint.slice(1), ...own] };
}

/**
 * The arguments of the `run` that would make this container again, flag and value in pairs: what its image brings along,
 * and what the daemon sets by itself, is left out. `cgroupns` is the mode that it gives without being asked.
 */
export function runArguments(container: JsonObject, image: JsonObject, cgroupns: string): string[][] {
  const config = object(container.Config);
  const base = object(image.Config);
  const host = object(container.HostConfig);
  const { flags, words } = command(config, base);
  const all: Argument[] = [
    ...when('-i', bool(config.OpenStdin)),
    ...when('-t', bool(config.Tty)),
    ...naming(container, config, base),
    ...networks(container, host),
    ...ports(host),
    ...each('--add-host', texts(host.ExtraHosts)),
    ...each('--dns', texts(host.Dns)),
    ...each('--dns-option', texts(host.DnsOptions)),
    ...each('--dns-search', texts(host.DnsSearch)),
    ...each(
      '--link',
      texts(host.Links).map((link) => link.replace(/^\/([^:]+):.*\/([^/]+)$/, '$1:$2')),
    ),
    ...storage(config, base, host),
    ...life(config, base, host),
    ...health(config, base),
    ...resources(host),
    ...devices(host),
    ...security(host),
    ...namespaces(host, cgroupns),
    ...each('--sysctl', changedPairs(textMap(host.Sysctls), {})),
    ...each('--annotation', changedPairs(textMap(host.Annotations), {})),
    ...flags,
  ];
  return [
    ...all.map((argument) => [...argument].filter((word) => word !== undefined)),
    [text(config.Image), ...words],
  ];
}
