/**
 * Every setting of the daemon, as data: dockerd's flags and the keys of `daemon.json` by their names. Help, parsing,
 * the conflict check and the refusals come from this table.
 */
import type { Kind, Values } from './kinds.ts';

export interface Definition<K extends Kind> {
  readonly kind: K;
  /** Without dashes; null where the setting is in the file alone. */
  readonly flag: string | null;
  readonly short?: string;
  /** Key in `daemon.json`; null where the setting is a flag alone. */
  readonly file: string | null;
  readonly fallback: Values[K];
  readonly about: string;
  /** Why a value other than the default is refused by this version. */
  readonly refused?: string;
}

interface Extra {
  readonly short?: string;
  readonly file?: string | null;
  readonly refused?: string;
}

function setting<K extends Kind>(
  kind: K,
  flag: string,
  fallback: Values[K],
  about: string,
  extra: Extra = {},
): Definition<K> {
  return { kind, flag, file: flag, fallback, about, ...extra };
}

const noSwarm = 'this version has no swarm yet';
const noContainerd = 'this engine does not use containerd';

export const settingsTable = {
  addRuntime: setting('runtimes', 'add-runtime', new Map(), 'Register an additional OCI compatible runtime', {
    file: 'runtimes',
  }),
  allowDirectRouting: setting(
    'bool',
    'allow-direct-routing',
    false,
    'Allow remote access to published ports on container addresses',
  ),
  authorizationPlugins: setting('list', 'authorization-plugin', [], 'Authorization plugins to load', {
    file: 'authorization-plugins',
    refused: 'this version has no plugins yet',
  }),
  bip: setting('string', 'bip', '', 'IPv4 address of the default bridge, in CIDR form'),
  bip6: setting('string', 'bip6', '', 'IPv6 address of the default bridge, in CIDR form'),
  bridge: setting('string', 'bridge', '', 'Attach containers to this bridge; "none" for no default network', {
    short: 'b',
  }),
  bridgeAcceptFwmark: setting(
    'string',
    'bridge-accept-fwmark',
    '',
    'Accept packets with this firewall mark',
    { refused: 'not supported yet' },
  ),
  cdiSpecDirs: setting('list', 'cdi-spec-dir', [], 'CDI specification directories', {
    file: 'cdi-spec-dirs',
    refused: 'CDI devices are not supported yet',
  }),
  cgroupParent: setting('string', 'cgroup-parent', '', 'Parent cgroup of all containers'),
  configFile: setting('string', 'config-file', '/etc/docker/daemon.json', 'Daemon configuration file', {
    file: null,
  }),
  containerd: setting('string', 'containerd', '', 'containerd socket', { refused: noContainerd }),
  containerdNamespace: setting('string', 'containerd-namespace', 'moby', 'containerd namespace', {
    refused: noContainerd,
  }),
  containerdPluginsNamespace: setting(
    'string',
    'containerd-plugins-namespace',
    'plugins.moby',
    'containerd namespace of plugins',
    { refused: noContainerd },
  ),
  cpuRtPeriod: setting('int', 'cpu-rt-period', 0, 'Real-time period of the parent cgroup, microseconds', {
    refused: 'not supported yet',
  }),
  cpuRtRuntime: setting('int', 'cpu-rt-runtime', 0, 'Real-time runtime of the parent cgroup, microseconds', {
    refused: 'not supported yet',
  }),
  criContainerd: setting('bool', 'cri-containerd', false, 'Start containerd with CRI', {
    file: null,
    refused: noContainerd,
  }),
  dataRoot: setting('string', 'data-root', '/var/lib/minke', 'Root directory of persistent state'),
  debug: setting('bool', 'debug', false, 'Debug mode', { short: 'D' }),
  defaultAddressPools: setting(
    'pools',
    'default-address-pool',
    [],
    'Address pools for networks, base=CIDR,size=N',
    { file: 'default-address-pools' },
  ),
  defaultCgroupnsMode: setting(
    'string',
    'default-cgroupns-mode',
    '',
    'Cgroup namespace mode of containers: host or private',
  ),
  defaultGateway: setting('string', 'default-gateway', '', 'Default gateway of the default bridge, IPv4'),
  defaultGateway6: setting('string', 'default-gateway-v6', '', 'Default gateway of the default bridge, IPv6'),
  defaultIpcMode: setting(
    'string',
    'default-ipc-mode',
    'private',
    'IPC mode of containers: shareable or private',
  ),
  defaultNetworkOpts: setting(
    'networkOpts',
    'default-network-opt',
    new Map(),
    'Default options of new networks, driver=key=value',
    { file: 'default-network-opts' },
  ),
  defaultRuntime: setting(
    'string',
    'default-runtime',
    '',
    'Default OCI runtime (crun where it works, else runc)',
  ),
  defaultShmSize: setting('bytes', 'default-shm-size', 64 * 2 ** 20, 'Size of /dev/shm of containers'),
  defaultUlimits: setting(
    'ulimits',
    'default-ulimit',
    new Map(),
    'Default ulimits of containers, name=soft[:hard]',
    { file: 'default-ulimits' },
  ),
  dns: setting('list', 'dns', [], 'DNS servers of containers'),
  dnsOpts: setting('list', 'dns-opt', [], 'DNS options of containers', { file: 'dns-opts' }),
  dnsSearch: setting('list', 'dns-search', [], 'DNS search domains of containers'),
  execOpts: setting('list', 'exec-opt', [], 'Runtime execution options, e.g. native.cgroupdriver=cgroupfs', {
    file: 'exec-opts',
  }),
  execRoot: setting('string', 'exec-root', '/var/run/minke', 'Root directory of run-time state'),
  experimental: setting('bool', 'experimental', false, 'Experimental features'),
  features: setting('map', 'feature', new Map(), 'Enable a feature', {
    refused: 'this version has no optional features',
  }),
  firewallBackend: setting('string', 'firewall-backend', '', 'Firewall backend: iptables or nftables'),
  fixedCidr: setting('string', 'fixed-cidr', '', 'IPv4 range of container addresses on the default bridge'),
  fixedCidr6: setting(
    'string',
    'fixed-cidr-v6',
    '',
    'IPv6 range of container addresses on the default bridge',
  ),
  group: setting('string', 'group', 'docker', 'Group of the unix socket', { short: 'G' }),
  help: setting('bool', 'help', false, 'Print usage', { file: null, short: 'h' }),
  hosts: setting('list', 'host', [], 'Sockets to listen on: unix://PATH, tcp://ADDRESS:PORT, fd://', {
    file: 'hosts',
    short: 'H',
  }),
  hostGatewayIps: setting(
    'list',
    'host-gateway-ip',
    [],
    'Address that host-gateway stands for in --add-host',
    { file: 'host-gateway-ips' },
  ),
  hostNames: setting(
    'string',
    'host-names',
    '',
    'Address of the host, ADDRESS[:PORT], at which it is told the names of containers',
  ),
  httpProxy: setting('string', 'http-proxy', '', 'HTTP proxy of the daemon'),
  httpsProxy: setting('string', 'https-proxy', '', 'HTTPS proxy of the daemon'),
  icc: setting('bool', 'icc', true, 'Let containers on the default bridge talk to each other'),
  imageBlobs: setting(
    'string',
    'image-blobs',
    'drop',
    'Compressed layers of images once they are unpacked: keep or drop',
  ),
  imageGc: setting(
    'imageGc',
    'image-gc',
    null,
    'Remove unused images above a mark: high=80%,low=60%,min-age=24h (of the disk), or sizes of all layers',
  ),
  init: setting('bool', 'init', false, 'Run an init in each container'),
  initPath: setting('string', 'init-path', '', 'Path of the init program'),
  insecureRegistries: setting('list', 'insecure-registry', [], 'Registries reached without checked TLS', {
    file: 'insecure-registries',
  }),
  ip: setting('ip', 'ip', '0.0.0.0', 'Address that published ports are bound to by default'),
  ipForward: setting('bool', 'ip-forward', true, 'Enable IP forwarding on the host'),
  ipForwardNoDrop: setting(
    'bool',
    'ip-forward-no-drop',
    false,
    'Keep the FORWARD policy when IP forwarding is enabled',
  ),
  ipMasq: setting('bool', 'ip-masq', true, 'Masquerade traffic from the default bridge'),
  ip6tables: setting('bool', 'ip6tables', true, 'Add ip6tables rules'),
  iptables: setting('bool', 'iptables', true, 'Add iptables rules'),
  ipv6: setting('bool', 'ipv6', false, 'IPv6 on the default bridge'),
  labels: setting('list', 'label', [], 'Labels of the daemon, key=value', { file: 'labels' }),
  liveRestore: setting('bool', 'live-restore', false, 'Keep containers running while the daemon is down'),
  logDriver: setting('string', 'log-driver', 'json-file', 'Default log driver of containers'),
  logFormat: setting('string', 'log-format', 'text', "The daemon's own log: text or json"),
  logLevel: setting('string', 'log-level', 'info', "The daemon's own log: debug, info, warn, error, fatal", {
    short: 'l',
  }),
  logOpts: setting('map', 'log-opt', new Map(), 'Default options of the log driver', { file: 'log-opts' }),
  maxConcurrentDownloads: setting('int', 'max-concurrent-downloads', 3, 'Layers pulled at once'),
  maxConcurrentUploads: setting('int', 'max-concurrent-uploads', 5, 'Layers pushed at once'),
  maxDownloadAttempts: setting('int', 'max-download-attempts', 5, 'Tries of each pull'),
  metricsAddr: setting('string', 'metrics-addr', '', 'Address of the metrics API', {
    refused: 'this version serves no metrics yet',
  }),
  mtu: setting('int', 'mtu', 1500, 'MTU of the default bridge'),
  networkControlPlaneMtu: setting(
    'int',
    'network-control-plane-mtu',
    1500,
    'MTU of the swarm control plane',
    { refused: noSwarm },
  ),
  noNewPrivileges: setting(
    'bool',
    'no-new-privileges',
    false,
    'Set no-new-privileges for containers by default',
  ),
  noProxy: setting('string', 'no-proxy', '', 'Hosts reached without a proxy'),
  nodeGenericResources: setting('list', 'node-generic-resource', [], 'Advertise resources to the swarm', {
    file: 'node-generic-resources',
    refused: noSwarm,
  }),
  pidfile: setting('string', 'pidfile', '/var/run/minke.pid', 'Path of the pid file', { short: 'p' }),
  publishPolicy: setting(
    'string',
    'publish-policy',
    'default',
    'Where ports are published that name no address: default, localhost-first or firewalled',
  ),
  publishWarnings: setting(
    'bool',
    'publish-warnings',
    false,
    'Warn in create of ports that all addresses of the host have',
  ),
  rawLogs: setting('bool', 'raw-logs', false, 'Log without colours'),
  registry: setting(
    'string',
    'registry',
    '',
    'Serve a registry of images too: HOST:PORT, or the path of a file of its settings',
  ),
  registryMirrors: setting(
    'mirrors',
    'registry-mirror',
    new Map(),
    'Registry asked first: URL for Docker Hub, or registry=URL',
    {
      file: 'registry-mirrors',
    },
  ),
  registryAuthHosts: setting('list', 'registry-auth-host', [], 'Host that any registry may send logins to', {
    file: 'registry-auth-hosts',
  }),
  registryCertsDir: setting(
    'string',
    'registry-certs-dir',
    '/etc/docker/certs.d',
    'Folder with certificates and hosts.toml of registries',
  ),
  registryTimeout: setting(
    'int',
    'registry-timeout',
    60,
    'Seconds without a byte after which a connection to a registry counts as broken',
  ),
  rootless: setting('bool', 'rootless', false, 'Rootless mode', {
    file: null,
    refused: 'rootless mode is not supported yet',
  }),
  seccompProfile: setting(
    'string',
    'seccomp-profile',
    'builtin',
    'Seccomp profile: builtin, unconfined or a path',
  ),
  selinuxEnabled: setting('bool', 'selinux-enabled', false, 'SELinux labels', {
    refused: 'SELinux is not supported yet',
  }),
  shutdownTimeout: setting('int', 'shutdown-timeout', 15, 'Seconds that containers get to stop at shutdown'),
  storageDriver: setting('string', 'storage-driver', '', 'Storage driver: overlay2 or vfs', { short: 's' }),
  storageOpts: setting('list', 'storage-opt', [], 'Storage driver options', {
    file: 'storage-opts',
    refused: 'the storage drivers have no options yet',
  }),
  swarmDefaultAdvertiseAddr: setting(
    'string',
    'swarm-default-advertise-addr',
    '',
    'Default advertise address of the swarm',
    { refused: noSwarm },
  ),
  tls: setting('bool', 'tls', false, 'Use TLS; implied by --tlsverify'),
  tlscacert: setting('string', 'tlscacert', '', 'Trust certificates signed only by this CA'),
  tlscert: setting('string', 'tlscert', '', 'TLS certificate file'),
  tlskey: setting('string', 'tlskey', '', 'TLS key file'),
  tlsverify: setting('bool', 'tlsverify', false, 'Use TLS and verify the client'),
  userlandProxy: setting('bool', 'userland-proxy', true, 'Userland proxy for published ports'),
  userlandProxyPath: setting('string', 'userland-proxy-path', '', 'Path of the userland proxy', {
    refused: "the proxy is a part of this engine's keeper",
  }),
  usernsRemap: setting('string', 'userns-remap', '', 'User and group of user namespaces', {
    refused: 'user namespace remapping is not supported yet',
  }),
  validate: setting('bool', 'validate', false, 'Check the configuration and exit', { file: null }),
  version: setting('bool', 'version', false, 'Print the version and exit', { file: null, short: 'v' }),
} as const;

export type SettingName = keyof typeof settingsTable;
export type Settings = { readonly [N in SettingName]: Values[(typeof settingsTable)[N]['kind']] };
export type PartialSettings = { [N in SettingName]?: Settings[N] };
export const settingNames = Object.keys(settingsTable) as SettingName[];
