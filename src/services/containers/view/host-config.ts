import type { HostConfigBody, MountBody } from '../../../wire/containers/host-config.ts';
import type { HostConfig } from '../../../wire/generated/engine-api.ts';
import type { Ulimit } from '../spec/rlimits.ts';

/** Go leaves empty ones of these out (`omitempty`). */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

function some<T extends object>(fields: T): Partial<T> {
  const kept: Partial<T> = {};
  for (const key in fields) if (!isEmpty(fields[key])) kept[key] = fields[key];
  return kept;
}

/** Go shows what a pointer leads to, also where that is empty. */
const pointers = new Set([
  ...['BindOptions', 'VolumeOptions', 'ImageOptions', 'TmpfsOptions', 'ClusterOptions', 'DriverConfig'],
]);

const pruned = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, pruned(inner)] as const);
  return Object.fromEntries(
    entries.filter(([key, inner]) => !isEmpty(inner) || (pointers.has(key) && inner != null)),
  );
};

const showMounts = (mounts: readonly MountBody[] | null) =>
  mounts === null ? null : mounts.map((mount) => pruned(mount));

/** `HostConfig` of inspect: the fields of Docker 28, in its order. */
export function showHostConfig(hostConfig: HostConfigBody, ulimits: readonly Ulimit[] | null): HostConfig {
  const { KernelMemory: _, ...h } = hostConfig;
  const shown = {
    Binds: h.Binds,
    ContainerIDFile: h.ContainerIDFile,
    LogConfig: { Type: h.LogConfig.Type, Config: h.LogConfig.Config ?? {} },
    NetworkMode: h.NetworkMode,
    PortBindings: h.PortBindings,
    RestartPolicy: h.RestartPolicy,
    AutoRemove: h.AutoRemove,
    VolumeDriver: h.VolumeDriver,
    VolumesFrom: h.VolumesFrom,
    ConsoleSize: h.ConsoleSize,
    ...some({ Annotations: h.Annotations }),
    CapAdd: h.CapAdd,
    CapDrop: h.CapDrop,
    CgroupnsMode: h.CgroupnsMode,
    Dns: h.Dns,
    DnsOptions: h.DnsOptions,
    DnsSearch: h.DnsSearch,
    ExtraHosts: h.ExtraHosts,
    GroupAdd: h.GroupAdd,
    IpcMode: h.IpcMode,
    Cgroup: h.Cgroup,
    Links: h.Links,
    OomScoreAdj: h.OomScoreAdj,
    PidMode: h.PidMode,
    Privileged: h.Privileged,
    PublishAllPorts: h.PublishAllPorts,
    ReadonlyRootfs: h.ReadonlyRootfs,
    SecurityOpt: h.SecurityOpt,
    ...some({ StorageOpt: h.StorageOpt, Tmpfs: h.Tmpfs }),
    UTSMode: h.UTSMode,
    UsernsMode: h.UsernsMode,
    ShmSize: h.ShmSize,
    ...some({ Sysctls: h.Sysctls }),
    Runtime: h.Runtime,
    Isolation: h.Isolation,
    CpuShares: h.CpuShares,
    Memory: h.Memory,
    NanoCpus: h.NanoCpus,
    CgroupParent: h.CgroupParent,
    BlkioWeight: h.BlkioWeight,
    BlkioWeightDevice: h.BlkioWeightDevice,
    BlkioDeviceReadBps: h.BlkioDeviceReadBps,
    BlkioDeviceWriteBps: h.BlkioDeviceWriteBps,
    BlkioDeviceReadIOps: h.BlkioDeviceReadIOps,
    BlkioDeviceWriteIOps: h.BlkioDeviceWriteIOps,
    CpuPeriod: h.CpuPeriod,
    CpuQuota: h.CpuQuota,
    CpuRealtimePeriod: h.CpuRealtimePeriod,
    CpuRealtimeRuntime: h.CpuRealtimeRuntime,
    CpusetCpus: h.CpusetCpus,
    CpusetMems: h.CpusetMems,
    Devices: h.Devices,
    DeviceCgroupRules: h.DeviceCgroupRules,
    DeviceRequests: h.DeviceRequests,
    MemoryReservation: h.MemoryReservation,
    MemorySwap: h.MemorySwap,
    MemorySwappiness: h.MemorySwappiness ?? null,
    OomKillDisable: h.OomKillDisable ?? null,
    ...some({ KernelMemoryTCP: h.KernelMemoryTCP }),
    PidsLimit: h.PidsLimit ?? null,
    Ulimits: ulimits,
    CpuCount: h.CpuCount,
    CpuPercent: h.CpuPercent,
    IOMaximumIOps: h.IOMaximumIOps,
    IOMaximumBandwidth: h.IOMaximumBandwidth,
    ...some({ Mounts: showMounts(h.Mounts) }),
    MaskedPaths: h.MaskedPaths,
    ReadonlyPaths: h.ReadonlyPaths,
    ...(h.Init == null ? {} : { Init: h.Init }),
  };
  // The same shape as the wire's, but for words that its enumerations hold and a record keeps as text.
  return shown as HostConfig;
}
