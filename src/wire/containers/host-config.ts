/** `HostConfig`: the part of a container that depends on the host. Engine API, "HostConfig". */
import * as v from 'valibot';
import {
  flag,
  int64,
  list,
  mapOf,
  optionalFlag,
  optionalInt64,
  text,
  textMap,
  texts,
  words,
} from './fields.ts';

const ThrottleDeviceSchema = v.object({ Path: text, Rate: int64 });
const WeightDeviceSchema = v.object({ Path: text, Weight: int64 });
const DeviceMappingSchema = v.object({ PathOnHost: text, PathInContainer: text, CgroupPermissions: text });
const DeviceRequestSchema = v.object({
  Driver: text,
  Count: int64,
  DeviceIDs: texts,
  Capabilities: list(v.nullish(v.array(v.string()), [])),
  Options: textMap,
});
const UlimitSchema = v.object({ Name: text, Soft: int64, Hard: int64 });

export const RestartPolicySchema = v.object({ Name: text, MaximumRetryCount: int64 });

/** Limits: what `update` may change, and what goes with them. */
export const resourceEntries = {
  CpuShares: int64,
  /** Bytes. */
  Memory: int64,
  NanoCpus: int64,
  CgroupParent: text,
  BlkioWeight: int64,
  BlkioWeightDevice: list(WeightDeviceSchema),
  BlkioDeviceReadBps: list(ThrottleDeviceSchema),
  BlkioDeviceWriteBps: list(ThrottleDeviceSchema),
  BlkioDeviceReadIOps: list(ThrottleDeviceSchema),
  BlkioDeviceWriteIOps: list(ThrottleDeviceSchema),
  /** Microseconds, as the next three. */
  CpuPeriod: int64,
  CpuQuota: int64,
  CpuRealtimePeriod: int64,
  CpuRealtimeRuntime: int64,
  CpusetCpus: text,
  CpusetMems: text,
  Devices: list(DeviceMappingSchema),
  DeviceCgroupRules: texts,
  DeviceRequests: list(DeviceRequestSchema),
  /** Gone from the kernel's own interface; refused where set. */
  KernelMemory: int64,
  KernelMemoryTCP: int64,
  MemoryReservation: int64,
  MemorySwap: int64,
  MemorySwappiness: optionalInt64,
  OomKillDisable: optionalFlag,
  PidsLimit: optionalInt64,
  Ulimits: list(UlimitSchema),
  /** Windows only, as the next three; Docker on Linux takes and ignores them. */
  CpuCount: int64,
  CpuPercent: int64,
  IOMaximumIOps: int64,
  IOMaximumBandwidth: int64,
};

export const MountSchema = v.object({
  Type: text,
  Source: text,
  Target: text,
  ReadOnly: flag,
  Consistency: text,
  BindOptions: v.nullish(
    v.object({
      Propagation: text,
      NonRecursive: flag,
      CreateMountpoint: flag,
      ReadOnlyNonRecursive: flag,
      ReadOnlyForceRecursive: flag,
    }),
  ),
  VolumeOptions: v.nullish(
    v.object({
      NoCopy: flag,
      Labels: textMap,
      DriverConfig: v.nullish(v.object({ Name: text, Options: textMap })),
      Subpath: text,
    }),
  ),
  ImageOptions: v.nullish(v.object({ Subpath: text })),
  TmpfsOptions: v.nullish(
    v.object({ SizeBytes: int64, Mode: int64, Options: list(v.nullish(v.array(v.string()), [])) }),
  ),
  ClusterOptions: v.nullish(v.object({})),
});
export type MountBody = v.InferOutput<typeof MountSchema>;

const PortBindingSchema = v.object({ HostIp: text, HostPort: text });
/** By port of the container, `80/tcp`. */
export const PortMapSchema = mapOf(v.nullish(v.array(PortBindingSchema), null));

export const HostConfigSchema = v.object({
  ...resourceEntries,
  Binds: texts,
  ContainerIDFile: text,
  LogConfig: v.nullish(v.object({ Type: text, Config: textMap }), {}),
  NetworkMode: text,
  PortBindings: PortMapSchema,
  RestartPolicy: v.nullish(RestartPolicySchema, {}),
  AutoRemove: flag,
  VolumeDriver: text,
  VolumesFrom: texts,
  Mounts: list(MountSchema),
  /** Height, width. */
  ConsoleSize: v.nullish(v.pipe(v.array(v.pipe(v.number(), v.safeInteger())), v.length(2)), [0, 0]),
  Annotations: textMap,
  CapAdd: words,
  CapDrop: words,
  CgroupnsMode: text,
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  GroupAdd: texts,
  IpcMode: text,
  Cgroup: text,
  Links: texts,
  OomScoreAdj: int64,
  PidMode: text,
  Privileged: flag,
  PublishAllPorts: flag,
  ReadonlyRootfs: flag,
  SecurityOpt: texts,
  StorageOpt: textMap,
  Tmpfs: textMap,
  UTSMode: text,
  UsernsMode: text,
  /** Bytes; 0 is the daemon's default. */
  ShmSize: int64,
  Sysctls: textMap,
  Runtime: text,
  Isolation: text,
  Init: optionalFlag,
  /** Null: the engine's own list; empty: none. */
  MaskedPaths: texts,
  ReadonlyPaths: texts,
});
export type HostConfigBody = v.InferOutput<typeof HostConfigSchema>;
