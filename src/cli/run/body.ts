import type { FlagValues } from '../flags/kind.ts';
import { capabilities } from './capabilities.ts';
import { cpuLimits } from './cpu.ts';
import { type DeviceMapping, isCdiDevice, parseDevice } from './devices.ts';
import type { createFlags } from './flags.ts';
import { type EndpointSettings, endpoints, macPattern } from './network.ts';
import { pairsFromFile } from './pairs-file.ts';
import { publishedPorts } from './ports.ts';
import { parseRestartPolicy } from './restart-policy.ts';
import { securityOptions } from './security.ts';
import { splitVolumes } from './volumes.ts';

export type CreateValues = FlagValues<typeof createFlags>;

export interface BodyInput {
  readonly flags: CreateValues;
  readonly changed: ReadonlySet<string>;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
  /** Proxy variables from the settings file; those that the command line sets are left alone. */
  readonly proxies: Readonly<Record<string, string>>;
}

/** What `POST /containers/create` takes, the parts that the command line decides on later being mutable. */
export interface CreateBody {
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  readonly Tty: boolean;
  StdinOnce: boolean;
  Env: string[] | null;
  readonly Image: string;
  readonly HostConfig: HostConfig;
  readonly NetworkingConfig: { readonly EndpointsConfig: Readonly<Record<string, EndpointSettings>> };
  readonly [field: string]: unknown;
}

export interface HostConfig {
  readonly Binds: readonly string[] | null;
  readonly AutoRemove: boolean;
  readonly ContainerIDFile: string;
  ConsoleSize: readonly [number, number];
  Mounts?: readonly object[];
  readonly [field: string]: unknown;
}

const orNull = <T>(items: readonly T[]): readonly T[] | null => (items.length === 0 ? null : items);

const pairMap = (pairs: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );

/** Keys without an order of their own, as Go's encoder sorts them. */
const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const nonEmpty = <T>(name: string, record: Readonly<Record<string, T>>): object =>
  Object.keys(record).length === 0 ? {} : { [name]: sorted(record) };

/** Environment: files first, then flags, where of a name that comes twice the last value counts. */
function environment({ flags, env, proxies }: BodyInput): string[] {
  const fromFiles: string[] = [];
  const made = new Map<string, string>();
  const add = (pair: string): void => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    made.set(name, pair);
  };
  for (const file of flags['env-file'])
    try {
      fromFiles.push(...pairsFromFile(file, (key) => env[key]));
    } catch (error) {
      throw new Error(`--env-file: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  flags.env.forEach(add);
  for (const [name, value] of Object.entries(proxies))
    if (!made.has(name)) made.set(name, `${name}=${value}`);
  return [...fromFiles, ...made.values()];
}

function labels(flags: CreateValues): Record<string, string> {
  const pairs: string[] = [];
  for (const file of flags['label-file'])
    try {
      pairs.push(...pairsFromFile(file, () => undefined));
    } catch (error) {
      throw new Error(`--label-file: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  return sorted(pairMap([...pairs, ...flags.label]));
}

const durations = [
  'health-interval',
  'health-timeout',
  'health-start-period',
  'health-start-interval',
] as const;

function healthcheck(flags: CreateValues): object {
  const asked =
    flags['health-cmd'] !== '' ||
    flags['health-retries'] !== 0 ||
    durations.some((name) => flags[name] !== 0);
  if (flags['no-healthcheck']) {
    if (asked) throw new Error('--no-healthcheck conflicts with --health-* options');
    return { Healthcheck: { Test: ['NONE'] } };
  }
  if (!asked) return {};
  for (const name of [
    'health-interval',
    'health-timeout',
    'health-retries',
    'health-start-period',
    'health-start-interval',
  ] as const)
    if (flags[name] < 0) throw new Error(`--${name} cannot be negative`);
  const fields = {
    Test: flags['health-cmd'] === '' ? undefined : ['CMD-SHELL', flags['health-cmd']],
    Interval: flags['health-interval'] || undefined,
    Timeout: flags['health-timeout'] || undefined,
    StartPeriod: flags['health-start-period'] || undefined,
    StartInterval: flags['health-start-interval'] || undefined,
    Retries: flags['health-retries'] || undefined,
  };
  return { Healthcheck: fields };
}

function checkModes(flags: CreateValues): void {
  const named = (value: string): boolean => value === '' || value === 'host';
  const ofContainer = (value: string): boolean => /^container:.+$/.test(value);
  if (!(named(flags.pid) || ofContainer(flags.pid))) throw new Error('--pid: invalid PID mode');
  if (!named(flags.uts)) throw new Error('--uts: invalid UTS mode');
  if (!named(flags.userns)) throw new Error('--userns: invalid USER mode');
  if (!(named(flags.cgroupns) || flags.cgroupns === 'private'))
    throw new Error('--cgroupns: invalid CGROUP mode');
  const swappiness = flags['memory-swappiness'];
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  const mac = flags['mac-address'].trim();
  if (mac !== '' && !macPattern.test(mac))
    throw new Error(`${flags['mac-address']} is not a valid mac address`);
}

function devices(flags: CreateValues): { mappings: DeviceMapping[]; requests: readonly object[] } {
  const cdi = flags.device.filter(isCdiDevice);
  const mappings = flags.device.filter((device) => !isCdiDevice(device)).map(parseDevice);
  const request = { Driver: 'cdi', Count: 0, DeviceIDs: cdi, Capabilities: null, Options: null };
  return { mappings, requests: cdi.length === 0 ? flags.gpus : [...flags.gpus, request] };
}

function resources(flags: CreateValues): object {
  const { mappings, requests } = devices(flags);
  return {
    Memory: flags.memory,
    CgroupParent: flags['cgroup-parent'],
    BlkioWeight: flags['blkio-weight'],
    BlkioWeightDevice: flags['blkio-weight-device'],
    BlkioDeviceReadBps: flags['device-read-bps'],
    BlkioDeviceWriteBps: flags['device-write-bps'],
    BlkioDeviceReadIOps: flags['device-read-iops'],
    BlkioDeviceWriteIOps: flags['device-write-iops'],
    ...cpuLimits(flags),
    Devices: mappings,
    DeviceCgroupRules: orNull(flags['device-cgroup-rule']),
    DeviceRequests: orNull(requests),
    MemoryReservation: flags['memory-reservation'],
    MemorySwap: flags['memory-swap'],
    MemorySwappiness: flags['memory-swappiness'],
    OomKillDisable: flags['oom-kill-disable'],
    PidsLimit: flags['pids-limit'],
    Ulimits: flags.ulimit,
    CpuCount: flags['cpu-count'],
    CpuPercent: flags['cpu-percent'],
    IOMaximumIOps: flags['io-maxiops'],
    IOMaximumBandwidth: flags['io-maxbandwidth'],
  };
}

function hostConfig(input: BodyInput, binds: readonly string[], bindings: object): HostConfig {
  const { flags, changed } = input;
  const restart = parseRestartPolicy(flags.restart);
  if (flags.rm && restart.Name !== '' && restart.Name !== 'no')
    throw new Error('conflicting options: cannot specify both --restart and --rm');
  const security = securityOptions(flags['security-opt']);
  if (flags['log-driver'] === 'none' && flags['log-opt'].length > 0)
    throw new Error(`invalid logging opts for driver ${flags['log-driver']}`);
  if (flags['storage-opt'].some((option) => !option.includes('='))) throw new Error('invalid storage option');
  const tmpfs = Object.fromEntries(
    flags.tmpfs.map((spec) => {
      const colon = spec.indexOf(':');
      return colon < 0 ? [spec, ''] : [spec.slice(0, colon), spec.slice(colon + 1)];
    }),
  );
  return {
    Binds: orNull(binds),
    ContainerIDFile: flags.cidfile,
    LogConfig: { Type: flags['log-driver'], Config: sorted(pairMap(flags['log-opt'])) },
    NetworkMode: flags.network[0]?.target ?? 'default',
    PortBindings: bindings,
    RestartPolicy: restart,
    AutoRemove: flags.rm,
    VolumeDriver: flags['volume-driver'],
    VolumesFrom: orNull(flags['volumes-from']),
    ConsoleSize: [0, 0],
    ...nonEmpty('Annotations', Object.fromEntries(flags.annotation)),
    CapAdd: orNull(capabilities(flags['cap-add'])),
    CapDrop: orNull(capabilities(flags['cap-drop'])),
    CgroupnsMode: flags.cgroupns,
    Dns: flags.dns,
    DnsOptions: flags['dns-option'],
    DnsSearch: flags['dns-search'],
    ExtraHosts: orNull(flags['add-host']),
    GroupAdd: orNull(flags['group-add']),
    IpcMode: flags.ipc,
    Cgroup: '',
    Links: orNull(flags.link),
    OomScoreAdj: flags['oom-score-adj'],
    PidMode: flags.pid,
    Privileged: flags.privileged,
    PublishAllPorts: flags['publish-all'],
    ReadonlyRootfs: flags['read-only'],
    SecurityOpt: flags['security-opt'].length === 0 ? null : security.options,
    ...nonEmpty('StorageOpt', pairMap(flags['storage-opt'])),
    ...nonEmpty('Tmpfs', tmpfs),
    UTSMode: flags.uts,
    UsernsMode: flags.userns,
    ShmSize: flags['shm-size'],
    ...nonEmpty('Sysctls', Object.fromEntries(flags.sysctl)),
    ...(flags.runtime === '' ? {} : { Runtime: flags.runtime }),
    Isolation: flags.isolation,
    ...resources(flags),
    ...(flags.mount.length === 0 ? {} : { Mounts: flags.mount }),
    MaskedPaths: security.maskedPaths,
    ReadonlyPaths: security.readonlyPaths,
    ...(changed.has('init') ? { Init: flags.init } : {}),
  };
}

/** The request of `create` from its flags. Throws `Error` with Docker's words for what makes no sense. */
export function createBody(input: BodyInput): CreateBody {
  const { flags, changed } = input;
  checkModes(flags);
  const { binds, anonymous } = splitVolumes(flags.volume, input.directory);
  const { exposed, bindings } = publishedPorts(flags.publish, flags.expose);
  const attached = (stream: string): boolean => flags.attach.includes(stream);
  const noneNamed = flags.attach.length === 0;
  const attachStdin = flags.interactive || attached('stdin');
  let entrypoint: readonly string[] | null = null;
  if (flags.entrypoint !== '') entrypoint = [flags.entrypoint];
  else if (changed.has('entrypoint')) entrypoint = [''];
  return {
    Hostname: flags.hostname,
    Domainname: flags.domainname,
    User: flags.user,
    AttachStdin: attachStdin,
    AttachStdout: noneNamed || attached('stdout'),
    AttachStderr: noneNamed || attached('stderr'),
    ...nonEmpty('ExposedPorts', Object.fromEntries([...exposed].map((port) => [port, {}]))),
    Tty: flags.tty,
    OpenStdin: flags.interactive,
    StdinOnce: flags.interactive && attachStdin,
    Env: ((): string[] | null => {
      const made = environment(input);
      return made.length === 0 ? null : made;
    })(),
    Cmd: orNull(input.command),
    ...healthcheck(flags),
    Image: input.image,
    Volumes: sorted(Object.fromEntries(anonymous.map((path) => [path, {}]))),
    WorkingDir: flags.workdir,
    Entrypoint: entrypoint,
    OnBuild: null,
    Labels: labels(flags),
    ...(flags['stop-signal'] === '' ? {} : { StopSignal: flags['stop-signal'] }),
    ...(changed.has('stop-timeout') ? { StopTimeout: flags['stop-timeout'] } : {}),
    HostConfig: hostConfig(input, binds, sorted(bindings)),
    NetworkingConfig: {
      EndpointsConfig: endpoints(flags.network, {
        aliases: flags['network-alias'],
        links: flags.link,
        ipv4: flags.ip,
        ipv6: flags.ip6,
        linkLocal: flags['link-local-ip'],
        mac: flags['mac-address'].trim(),
      }),
    },
  };
}
