import { readShapes } from '../shape.ts';
import { configText } from './config.ts';

/** What a container is, as the client of Docker 28.5 knows it. */
export const containerShapes = readShapes(`
container.InspectResponse:
  ...container.ContainerJSONBase, Mounts []container.MountPoint, Config *container.Config, NetworkSettings
  *container.NetworkSettings, ImageManifestDescriptor? *any
container.ContainerJSONBase:
  ID:Id string, Created string, Path string, Args []string, State *container.State, Image string,
  ResolvConfPath string, HostnamePath string, HostsPath string, LogPath string, Name string, RestartCount int,
  Driver string, Platform string, MountLabel string, ProcessLabel string, AppArmorProfile string, ExecIDs
  []string, HostConfig *container.HostConfig, GraphDriver storage.DriverData, SizeRw? *int, SizeRootFs? *int
container.State:
  Status string, Running bool, Paused bool, Restarting bool, OOMKilled bool, Dead bool, Pid int, ExitCode int,
  Error string, StartedAt string, FinishedAt string, Health? *container.Health
container.Health:
  Status string, FailingStreak int, Log []*container.HealthcheckResult
container.HealthcheckResult:
  Start time, End time, ExitCode int, Output string
container.HostConfig:
  Binds []string, ContainerIDFile string, LogConfig container.LogConfig, NetworkMode string, PortBindings
  {}[]nat.PortBinding, RestartPolicy container.RestartPolicy, AutoRemove bool, VolumeDriver string,
  VolumesFrom []string, ConsoleSize any, Annotations? {}string, CapAdd []string, CapDrop []string,
  CgroupnsMode string, DNS:Dns []string, DNSOptions:DnsOptions []string, DNSSearch:DnsSearch []string,
  ExtraHosts []string, GroupAdd []string, IpcMode string, Cgroup string, Links []string, OomScoreAdj int,
  PidMode string, Privileged bool, PublishAllPorts bool, ReadonlyRootfs bool, SecurityOpt []string,
  StorageOpt? {}string, Tmpfs? {}string, UTSMode string, UsernsMode string, ShmSize int, Sysctls? {}string,
  Runtime? string, Isolation string, ...container.Resources, Mounts? []mount.Mount, MaskedPaths []string,
  ReadonlyPaths []string, Init? *bool
container.LogConfig:
  Type string, Config {}string
nat.PortBinding:
  HostIP:HostIp string, HostPort string
container.RestartPolicy:
  Name string, MaximumRetryCount int
container.Resources:
  CPUShares:CpuShares int, Memory int, NanoCPUs:NanoCpus int, CgroupParent string, BlkioWeight int,
  BlkioWeightDevice []*blkiodev.WeightDevice, BlkioDeviceReadBps []*blkiodev.ThrottleDevice,
  BlkioDeviceWriteBps []*blkiodev.ThrottleDevice, BlkioDeviceReadIOps []*blkiodev.ThrottleDevice,
  BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice, CPUPeriod:CpuPeriod int, CPUQuota:CpuQuota int,
  CPURealtimePeriod:CpuRealtimePeriod int, CPURealtimeRuntime:CpuRealtimeRuntime int, CpusetCpus string,
  CpusetMems string, Devices []container.DeviceMapping, DeviceCgroupRules []string, DeviceRequests
  []container.DeviceRequest, KernelMemory? int, KernelMemoryTCP? int, MemoryReservation int, MemorySwap int,
  MemorySwappiness *int, OomKillDisable *bool, PidsLimit *int, Ulimits []*units.Ulimit, CPUCount:CpuCount int,
  CPUPercent:CpuPercent int, IOMaximumIOps int, IOMaximumBandwidth int
blkiodev.WeightDevice:
  Path string, Weight int
blkiodev.ThrottleDevice:
  Path string, Rate int
container.DeviceMapping:
  PathOnHost string, PathInContainer string, CgroupPermissions string
container.DeviceRequest:
  Driver string, Count int, DeviceIDs []string, Capabilities [][]string, Options {}string
units.Ulimit:
  Name string, Hard int, Soft int
mount.Mount:
  Type? string, Source? string, Target? string, ReadOnly? bool, Consistency? string, BindOptions?
  *mount.BindOptions, VolumeOptions? *mount.VolumeOptions, ImageOptions? *mount.ImageOptions, TmpfsOptions?
  *mount.TmpfsOptions, ClusterOptions? *mount.ClusterOptions
mount.BindOptions:
  Propagation? string, NonRecursive? bool, CreateMountpoint? bool, ReadOnlyNonRecursive? bool,
  ReadOnlyForceRecursive? bool
mount.VolumeOptions:
  NoCopy? bool, Labels? {}string, Subpath? string, DriverConfig? *mount.Driver
mount.Driver:
  Name? string, Options? {}string
mount.ImageOptions:
  Subpath? string
mount.TmpfsOptions:
  SizeBytes? int, Mode? int, Options? [][]string
mount.ClusterOptions:

container.MountPoint:
  Type? string, Name? string, Source string, Destination string, Driver? string, Mode string, RW bool,
  Propagation string
container.NetworkSettings:
  ...container.NetworkSettingsBase, ...container.DefaultNetworkSettings, Networks {}*network.EndpointSettings
container.NetworkSettingsBase:
  Bridge string, SandboxID string, SandboxKey string, Ports {}[]nat.PortBinding, HairpinMode bool,
  LinkLocalIPv6Address string, LinkLocalIPv6PrefixLen int, SecondaryIPAddresses []network.Address,
  SecondaryIPv6Addresses []network.Address
network.Address:
  Addr string, PrefixLen int
container.DefaultNetworkSettings:
  EndpointID string, Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, IPAddress string,
  IPPrefixLen int, IPv6Gateway string, MacAddress string
network.EndpointSettings:
  IPAMConfig *network.EndpointIPAMConfig, Links []string, Aliases []string, MacAddress string, DriverOpts
  {}string, GwPriority int, NetworkID string, EndpointID string, Gateway string, IPAddress string, IPPrefixLen
  int, IPv6Gateway string, GlobalIPv6Address string, GlobalIPv6PrefixLen int, DNSNames []string
network.EndpointIPAMConfig:
  IPv4Address? string, IPv6Address? string, LinkLocalIPs? []string
${configText}`);
