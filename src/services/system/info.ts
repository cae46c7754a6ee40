import type { CgroupSupport } from '../../host/cgroup/contract.ts';
import type { HostFacts } from '../../host/facts/contract.ts';
import type { SystemInfo } from '../../wire/generated/engine-api.ts';
import { describeRegistries, maskCredentials, type RegistryFacts } from './registries.ts';

/** Settings and findings that stay as they are while the daemon runs. */
export interface EngineFacts {
  /** Kept in `<data-root>/engine-id`. */
  readonly id: string;
  readonly version: string;
  readonly dataRoot: string;
  readonly cgroups: CgroupSupport;
  readonly runtimes: ReadonlyMap<
    string,
    { readonly path: string; readonly version: string; readonly args: readonly string[] }
  >;
  readonly defaultRuntime: string;
  readonly defaultAddressPools: readonly { readonly base: string; readonly size: number }[];
  readonly firewallBackend: string;
  readonly seccompProfile: string;
  readonly cgroupnsMode: 'host' | 'private';
  readonly initBinary: string;
  /** Found at start: mended, limited, below a security floor. */
  readonly warnings: readonly string[];
}

/** Settings that a reload may change. */
export interface LiveSettings extends RegistryFacts {
  readonly debug: boolean;
  readonly labels: readonly string[];
  readonly liveRestore: boolean;
  readonly experimental: boolean;
  readonly logDriver: string;
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
  /** When unused images go; empty for never. */
  readonly imageGc: string;
}

export interface Counts {
  readonly containers: { total: number; running: number; paused: number; stopped: number };
  readonly images: number;
  readonly listeners: number;
  readonly descriptors: number;
}

export interface InfoParts {
  readonly host: HostFacts;
  readonly engine: EngineFacts;
  readonly live: LiveSettings;
  readonly counts: Counts;
  readonly storage: { readonly name: string; readonly status: readonly [string, string][] };
  readonly now: Date;
}

/** The warnings that dockerd gives for limits that the host can't enforce. */
export function missingLimits(cgroups: CgroupSupport, host: HostFacts): string[] {
  const missing: [boolean, string][] = [
    [cgroups.memory, 'WARNING: No memory limit support'],
    [cgroups.swap || !cgroups.memory, 'WARNING: No swap limit support'],
    [cgroups.oomKillDisable || cgroups.version === 2, 'WARNING: No oom kill disable support'],
    [cgroups.cfsQuota, 'WARNING: No cpu cfs quota support'],
    [cgroups.cfsPeriod, 'WARNING: No cpu cfs period support'],
    [cgroups.shares, 'WARNING: No cpu shares support'],
    [cgroups.cpuset, 'WARNING: No cpuset support'],
    [host.ipv4Forwarding, 'WARNING: IPv4 forwarding is disabled'],
  ];
  return missing.flatMap(([has, warning]) => (has ? [] : [warning]));
}

function securityOptions(parts: InfoParts): string[] {
  const options: string[] = [];
  if (parts.host.apparmor) options.push('name=apparmor');
  if (parts.host.seccomp) options.push(`name=seccomp,profile=${parts.engine.seccompProfile}`);
  if (parts.engine.cgroupnsMode === 'private') options.push('name=cgroupns');
  return options;
}

const noCommit = { ID: 'N/A' };

/** The body of GET /info. */
export function describeEngine(parts: InfoParts): SystemInfo {
  const { host, engine, live, counts } = parts;
  const runtime = engine.runtimes.get(engine.defaultRuntime);
  return {
    ID: engine.id,
    Containers: counts.containers.total,
    ContainersRunning: counts.containers.running,
    ContainersPaused: counts.containers.paused,
    ContainersStopped: counts.containers.stopped,
    Images: counts.images,
    Driver: parts.storage.name,
    DriverStatus: [
      ...parts.storage.status.map((row) => [...row]),
      ...(live.imageGc === '' ? [] : [['Image GC', live.imageGc]]),
    ],
    DockerRootDir: engine.dataRoot,
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null'],
      Authorization: null,
      Log: ['json-file', 'local', 'none'],
    },
    MemoryLimit: engine.cgroups.memory,
    SwapLimit: engine.cgroups.swap,
    ...(engine.cgroups.kernelTcp ? { KernelMemoryTCP: true } : {}),
    CpuCfsPeriod: engine.cgroups.cfsPeriod,
    CpuCfsQuota: engine.cgroups.cfsQuota,
    CPUShares: engine.cgroups.shares,
    CPUSet: engine.cgroups.cpuset,
    PidsLimit: engine.cgroups.pids,
    OomKillDisable: engine.cgroups.oomKillDisable,
    IPv4Forwarding: host.ipv4Forwarding,
    Debug: live.debug,
    NFd: counts.descriptors,
    // One thread of JavaScript; the description wants a number of goroutines.
    NGoroutines: 1,
    SystemTime: parts.now.toISOString(),
    LoggingDriver: live.logDriver,
    CgroupDriver: 'cgroupfs',
    CgroupVersion: engine.cgroups.version === 2 ? '2' : '1',
    NEventsListener: counts.listeners,
    KernelVersion: host.kernelVersion,
    OperatingSystem: host.operatingSystem,
    OSVersion: host.osVersion,
    OSType: 'linux',
    Architecture: host.machine,
    NCPU: host.cpus,
    MemTotal: host.memory,
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: describeRegistries(live),
    GenericResources: null,
    HttpProxy: maskCredentials(live.httpProxy),
    HttpsProxy: maskCredentials(live.httpsProxy),
    NoProxy: live.noProxy,
    Name: host.hostname,
    Labels: [...live.labels],
    ExperimentalBuild: live.experimental,
    ServerVersion: engine.version,
    Runtimes: Object.fromEntries(
      [...engine.runtimes].map(([name, { path, args }]) => [
        name,
        args.length === 0 ? { path } : { path, runtimeArgs: [...args] },
      ]),
    ),
    DefaultRuntime: engine.defaultRuntime,
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: live.liveRestore,
    Isolation: '',
    InitBinary: engine.initBinary,
    ContainerdCommit: noCommit,
    RuncCommit: runtime === undefined ? noCommit : { ID: `${engine.defaultRuntime} ${runtime.version}` },
    InitCommit: noCommit,
    SecurityOptions: securityOptions(parts),
    ...(engine.defaultAddressPools.length === 0
      ? {}
      : {
          DefaultAddressPools: engine.defaultAddressPools.map(({ base, size }) => ({
            Base: base,
            Size: size,
          })),
        }),
    FirewallBackend: { Driver: engine.firewallBackend },
    CDISpecDirs: [],
    Warnings: [...missingLimits(engine.cgroups, host), ...engine.warnings],
  };
}
