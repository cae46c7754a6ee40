import { readShapes } from '../shape.ts';

/** What `info` and `version` tell, as the client of Docker 28.5 knows it. */
export const systemShapes = readShapes(`
system.Info:
  ID string, Containers int, ContainersRunning int, ContainersPaused int, ContainersStopped int, Images int,
  Driver string, DriverStatus []any, SystemStatus? []any, Plugins system.PluginsInfo, MemoryLimit bool,
  SwapLimit bool, KernelMemory? bool, KernelMemoryTCP? bool, CPUCfsPeriod:CpuCfsPeriod bool,
  CPUCfsQuota:CpuCfsQuota bool, CPUShares bool, CPUSet bool, PidsLimit bool, IPv4Forwarding bool, Debug bool,
  NFd int, OomKillDisable bool, NGoroutines int, SystemTime string, LoggingDriver string, CgroupDriver string,
  CgroupVersion? string, NEventsListener int, KernelVersion string, OperatingSystem string, OSVersion string,
  OSType string, Architecture string, IndexServerAddress string, RegistryConfig *registry.ServiceConfig, NCPU
  int, MemTotal int, GenericResources []swarm.GenericResource, DockerRootDir string, HTTPProxy:HttpProxy
  string, HTTPSProxy:HttpsProxy string, NoProxy string, Name string, Labels []string, ExperimentalBuild bool,
  ServerVersion string, Runtimes {}system.RuntimeWithStatus, DefaultRuntime string, Swarm swarm.Info,
  LiveRestoreEnabled bool, Isolation string, InitBinary string, ContainerdCommit system.Commit, RuncCommit
  system.Commit, InitCommit system.Commit, SecurityOptions []string, ProductLicense? string,
  DefaultAddressPools? []system.NetworkAddressPool, FirewallBackend? *system.FirewallInfo, CDISpecDirs
  []string, DiscoveredDevices? []system.DeviceInfo, Containerd? *system.ContainerdInfo, Warnings []string
system.PluginsInfo:
  Volume []string, Network []string, Authorization []string, Log []string
registry.ServiceConfig:
  InsecureRegistryCIDRs []any, IndexConfigs {}*registry.IndexInfo, Mirrors []string
registry.IndexInfo:
  Name string, Mirrors []string, Secure bool, Official bool
swarm.GenericResource:
  NamedResourceSpec? *swarm.NamedGenericResource, DiscreteResourceSpec? *swarm.DiscreteGenericResource
swarm.NamedGenericResource:
  Kind? string, Value? string
swarm.DiscreteGenericResource:
  Kind? string, Value? int
system.RuntimeWithStatus:
  ...system.Runtime, Status:status? {}string
system.Runtime:
  Path:path? string, Args:runtimeArgs? []string, Type:runtimeType? string, Options:options? {}any
swarm.Info:
  NodeID string, NodeAddr string, LocalNodeState string, ControlAvailable bool, Error string, RemoteManagers
  []swarm.Peer, Nodes? int, Managers? int, Cluster? *any, Warnings? []string
swarm.Peer:
  NodeID string, Addr string
system.Commit:
  ID string, Expected? string
system.NetworkAddressPool:
  Base string, Size int
system.FirewallInfo:
  Driver string, Info? []any
system.DeviceInfo:
  Source string, ID string
system.ContainerdInfo:
  Address? string, Namespaces system.ContainerdNamespaces
system.ContainerdNamespaces:
  Containers string, Plugins string
types.Version:
  Platform? types.Platform, Components? []types.ComponentVersion, Version string, APIVersion:ApiVersion
  string, MinAPIVersion? string, GitCommit string, GoVersion string, Os string, Arch string, KernelVersion?
  string, Experimental? bool, BuildTime? string
types.Platform:
  Name string
types.ComponentVersion:
  Name string, Version string, Details? {}string
system.dockerInfo:
  ...system.Info, ServerErrors? []string, ClientInfo? *system.clientInfo, ClientErrors? []string
system.sparseInfo:
  ClientInfo? *system.clientInfo, ClientErrors? []string
system.clientInfo:
  Debug bool, ...system.clientVersion, Plugins []manager.Plugin, Warnings []string
system.clientVersion:
  Platform? *types.Platform, Version? string, APIVersion:ApiVersion? string, DefaultAPIVersion? string, GitCommit? string,
  GoVersion? string, Os? string, Arch? string, BuildTime? string, Context string
manager.Plugin:
  ...metadata.Metadata, Name? string, Path? string, Err? any, ShadowedPaths? []string
metadata.Metadata:
  SchemaVersion? string, Vendor? string, Version? string, ShortDescription? string, URL? string, Hidden? bool
system.versionInfo:
  Client system.clientVersion, Server *types.Version
`);
