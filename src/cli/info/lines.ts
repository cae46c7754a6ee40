import {
  bool,
  isObject,
  type Json,
  type JsonObject,
  list,
  number,
  object,
  text,
  texts,
} from '../../client/json.ts';
import { bytesSize, humanDuration } from '../format/units.ts';

const pairs = (value: Json | undefined, indent: string): string[] =>
  list(value, texts).map(([key = '', item = '']) => `${indent}${key}: ${item}`);

const unlessEmpty = (label: string, value: string): string[] => (value === '' ? [] : [` ${label}: ${value}`]);

/** `name=seccomp,profile=builtin` to the name with its profile below. */
function securityOption(option: string): string[] {
  const fields = option.split(',').map((field) => field.split('='));
  const name = fields.find(([key]) => key === 'name')?.[1] ?? option;
  const profiles = fields
    .filter(([key]) => key === 'profile')
    .map(([, value = '']) => `   Profile: ${value}`);
  return [`  ${name}`, ...profiles];
}

function registries(info: JsonObject): string[] {
  const registry = object(info.RegistryConfig);
  const configs = Object.values(object(registry.IndexConfigs)).filter(isObject);
  const networks = texts(registry.InsecureRegistryCIDRs);
  const mirrors = texts(registry.Mirrors);
  return [
    ...(networks.length > 0 || configs.length > 0 ? [' Insecure Registries:'] : []),
    ...configs.filter((config) => !bool(config.Secure)).map((config) => `  ${text(config.Name)}`),
    ...networks.map((network) => `  ${network}`),
    ...(mirrors.length > 0 ? [' Registry Mirrors:', ...mirrors.map((mirror) => `  ${mirror}`)] : []),
  ];
}

/** Nanoseconds to words. */
const period = (value: Json | undefined): string => humanDuration(number(value) / 1e6);

function cluster(swarm: JsonObject): string[] {
  const data = object(swarm.Cluster);
  const spec = object(data.Spec);
  const raft = object(spec.Raft);
  const ca = object(spec.CAConfig);
  const pools = texts(data.DefaultAddrPool);
  const port = number(data.DataPathPort);
  const keep = number(raft.KeepOldSnapshots);
  const authorities = list(ca.ExternalCAs, object);
  const certificate = text(ca.SigningCACert).trim();
  return [
    `  ClusterID: ${text(data.ID)}`,
    `  Managers: ${number(swarm.Managers)}`,
    `  Nodes: ${number(swarm.Nodes)}`,
    ...(pools.length === 0
      ? []
      : [
          `  Default Address Pool: ${pools.map((pool) => `${pool}  `).join('')}`,
          `  SubnetSize: ${number(data.SubnetSize)}`,
        ]),
    ...(port > 0 ? [`  Data Path Port: ${port}`] : []),
    '  Orchestration:',
    `   Task History Retention Limit: ${number(object(spec.Orchestration).TaskHistoryRetentionLimit)}`,
    '  Raft:',
    `   Snapshot Interval: ${number(raft.SnapshotInterval)}`,
    ...(raft.KeepOldSnapshots === undefined ? [] : [`   Number of Old Snapshots to Retain: ${keep}`]),
    `   Heartbeat Tick: ${number(raft.HeartbeatTick)}`,
    `   Election Tick: ${number(raft.ElectionTick)}`,
    '  Dispatcher:',
    `   Heartbeat Period: ${period(object(spec.Dispatcher).HeartbeatPeriod)}`,
    '  CA Configuration:',
    `   Expiry Duration: ${period(ca.NodeCertExpiry)}`,
    `   Force Rotate: ${number(ca.ForceRotate)}`,
    ...(certificate === '' ? [] : [`   Signing CA Certificate: \n${certificate}\n`]),
    ...(authorities.length === 0
      ? []
      : [
          '   External CAs:',
          ...authorities.map((entry) => `     ${text(entry.Protocol)}: ${text(entry.URL)}`),
        ]),
    `  Autolock Managers: ${bool(object(spec.EncryptionConfig).AutoLockManagers)}`,
    `  Root Rotation In Progress: ${bool(data.RootRotationInProgress)}`,
  ];
}

function swarmLines(swarm: JsonObject): string[] {
  const state = text(swarm.LocalNodeState);
  if (state === 'inactive' || state === 'locked' || state === '') return [];
  const error = text(swarm.Error);
  const manager = bool(swarm.ControlAvailable);
  const managers = list(swarm.RemoteManagers, (item) => text(object(item).Addr)).sort();
  return [
    `  NodeID: ${text(swarm.NodeID)}`,
    ...(error === '' ? [] : [`  Error: ${error}`]),
    `  Is Manager: ${manager}`,
    ...(manager && error === '' && state !== 'error' && isObject(swarm.Cluster) ? cluster(swarm) : []),
    `  Node Address: ${text(swarm.NodeAddr)}`,
    ...(managers.length === 0 ? [] : ['  Manager Addresses:', ...managers.map((address) => `   ${address}`)]),
  ];
}

function linux(info: JsonObject): string[] {
  if (text(info.OSType) !== 'linux') return [];
  const options = texts(info.SecurityOptions);
  const commit = (name: string): string => text(object(info[name]).ID);
  return [
    ` Init Binary: ${text(info.InitBinary)}`,
    ` containerd version: ${commit('ContainerdCommit')}`,
    ` runc version: ${commit('RuncCommit')}`,
    ` init version: ${commit('InitCommit')}`,
    ...(options.length === 0 ? [] : [' Security Options:', ...options.flatMap(securityOption)]),
  ];
}

function debugging(info: JsonObject, clientDebug: boolean): string[] {
  if (!bool(info.Debug) && !clientDebug) return [];
  return [
    `  File Descriptors: ${number(info.NFd)}`,
    `  Goroutines: ${number(info.NGoroutines)}`,
    `  System Time: ${text(info.SystemTime)}`,
    `  EventsListeners: ${number(info.NEventsListener)}`,
  ];
}

function tail(info: JsonObject): string[] {
  const labels = texts(info.Labels);
  const pools = list(info.DefaultAddressPools, object);
  const firewall = object(info.FirewallBackend);
  return [
    ...unlessEmpty('HTTP Proxy', text(info.HttpProxy)),
    ...unlessEmpty('HTTPS Proxy', text(info.HttpsProxy)),
    ...unlessEmpty('No Proxy', text(info.NoProxy)),
    ...(labels.length === 0 ? [] : [' Labels:', ...labels.map((label) => `  ${label}`)]),
    ` Experimental: ${bool(info.ExperimentalBuild)}`,
    ...registries(info),
    ` Live Restore Enabled: ${bool(info.LiveRestoreEnabled)}`,
    ...unlessEmpty('Product License', text(info.ProductLicense)),
    ...(pools.length === 0
      ? []
      : [
          ' Default Address Pools:',
          ...pools.map((pool) => `   Base: ${text(pool.Base)}, Size: ${number(pool.Size)}`),
        ]),
    ...(isObject(info.FirewallBackend)
      ? [` Firewall Backend: ${text(firewall.Driver)}`, ...pairs(firewall.Info, '  ')]
      : []),
  ];
}

/** The server's part of `info`, line by line. */
export function serverLines(info: JsonObject, clientDebug: boolean): string[] {
  const plugins = object(info.Plugins);
  const authorization = texts(plugins.Authorization);
  const cdi = texts(info.CDISpecDirs);
  const devices = list(info.DiscoveredDevices, object);
  const runtimes = Object.keys(object(info.Runtimes)).sort();
  const swarm = object(info.Swarm);
  return [
    ` Containers: ${number(info.Containers)}`,
    `  Running: ${number(info.ContainersRunning)}`,
    `  Paused: ${number(info.ContainersPaused)}`,
    `  Stopped: ${number(info.ContainersStopped)}`,
    ` Images: ${number(info.Images)}`,
    ...unlessEmpty('Server Version', text(info.ServerVersion)),
    ...unlessEmpty('Storage Driver', text(info.Driver)),
    ...pairs(info.DriverStatus, '  '),
    ...unlessEmpty('Logging Driver', text(info.LoggingDriver)),
    ...unlessEmpty('Cgroup Driver', text(info.CgroupDriver)),
    ...unlessEmpty('Cgroup Version', text(info.CgroupVersion)),
    ' Plugins:',
    `  Volume: ${texts(plugins.Volume).join(' ')}`,
    `  Network: ${texts(plugins.Network).join(' ')}`,
    ...(authorization.length === 0 ? [] : [`  Authorization: ${authorization.join(' ')}`]),
    `  Log: ${texts(plugins.Log).join(' ')}`,
    ...(cdi.length === 0 ? [] : [' CDI spec directories:', ...cdi.map((folder) => `  ${folder}`)]),
    ...(devices.length === 0
      ? []
      : [' Discovered Devices:', ...devices.map((device) => `  ${text(device.Source)}: ${text(device.ID)}`)]),
    ` Swarm: ${text(swarm.LocalNodeState)}`,
    ...swarmLines(swarm),
    ...(runtimes.length === 0
      ? []
      : [` Runtimes: ${runtimes.join(' ')}`, ` Default Runtime: ${text(info.DefaultRuntime)}`]),
    ...linux(info),
    ...unlessEmpty('Kernel Version', text(info.KernelVersion)),
    ...unlessEmpty('Operating System', text(info.OperatingSystem)),
    ...unlessEmpty('OSType', text(info.OSType)),
    ...unlessEmpty('Architecture', text(info.Architecture)),
    ` CPUs: ${number(info.NCPU)}`,
    ` Total Memory: ${bytesSize(number(info.MemTotal))}`,
    ...unlessEmpty('Name', text(info.Name)),
    ...unlessEmpty('ID', text(info.ID)),
    ` Docker Root Dir: ${text(info.DockerRootDir)}`,
    ` Debug Mode: ${bool(info.Debug)}`,
    ...debugging(info, clientDebug),
    ...tail(info),
  ];
}
