import { parseJson } from '../../client/json.ts';
import type { Value } from '../template/value.ts';

/** JSON for a template: integers that a number can't hold exactly become big ones. */
export function templateValue(source: string): Value {
  if (!/[:[,\s]-?\d{16,}/.test(source)) return parseJson(source);
  const value: Value = JSON.parse(source, (_key: string, item: unknown, context?: { source?: string }) =>
    typeof item === 'number' && !Number.isSafeInteger(item) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? 0)
      : item,
  );
  return value;
}

/** Fields that an object of the API may leave out: a template that asks for one sees nothing, not a mistake. */
const optional: ReadonlySet<string> = new Set([
  'Annotations',
  'Author',
  'Checkpoint',
  'ClusterVolume',
  'Comment',
  'ConfigFrom',
  'ContainerConfig',
  'CreatedAt',
  'Health',
  'Healthcheck',
  'ExposedPorts',
  'Mounts',
  'ImageManifestDescriptor',
  'Init',
  'Isolation',
  'MacAddress',
  'NetworkDisabled',
  'OnBuild',
  'Options',
  'Parent',
  'Peers',
  'Runtime',
  'Services',
  'Shell',
  'SizeRootFs',
  'SizeRw',
  'Status',
  'StopSignal',
  'StopTimeout',
  'StorageOpt',
  'Sysctls',
  'Tmpfs',
  'UsageData',
  'Variant',
  'VirtualSize',
]);

export const isOptional = (field: string): boolean => optional.has(field);

/** What Go prints for a null: by the type that the field has there. */
const maps: ReadonlySet<string> = new Set([
  'Annotations',
  'AuxiliaryAddresses',
  'Containers',
  'DriverOpts',
  'ExposedPorts',
  'Labels',
  'Networks',
  'Options',
  'Ports',
  'Services',
  'StorageOpt',
  'Sysctls',
  'Tmpfs',
  'Volumes',
]);

const lists: ReadonlySet<string> = new Set([
  'Aliases',
  'Args',
  'Binds',
  'BlkioDeviceReadBps',
  'BlkioDeviceReadIOps',
  'BlkioDeviceWriteBps',
  'BlkioDeviceWriteIOps',
  'BlkioWeightDevice',
  'CapAdd',
  'CapDrop',
  'Capabilities',
  'Cmd',
  'DNSNames',
  'DeviceCgroupRules',
  'DeviceRequests',
  'Devices',
  'Dns',
  'DnsOptions',
  'DnsSearch',
  'Entrypoint',
  'Env',
  'ExecIDs',
  'ExtraHosts',
  'GroupAdd',
  'Layers',
  'Links',
  'MaskedPaths',
  'Mounts',
  'OnBuild',
  'Peers',
  'ReadonlyPaths',
  'RepoDigests',
  'RepoTags',
  'SecondaryIPAddresses',
  'SecondaryIPv6Addresses',
  'SecurityOpt',
  'Shell',
  'Ulimits',
  'VolumesFrom',
]);

export function printNull(field: string | undefined): string {
  if (field === undefined) return '<no value>';
  if (maps.has(field)) return 'map[]';
  return lists.has(field) ? '[]' : '<nil>';
}

/** Go's names of fields whose JSON is spelled otherwise. */
const goNames: Readonly<Record<string, string>> = {
  APIVersion: 'ApiVersion',
  CPUCfsPeriod: 'CpuCfsPeriod',
  CPUCfsQuota: 'CpuCfsQuota',
  CPUPeriod: 'CpuPeriod',
  CPUQuota: 'CpuQuota',
  CPURealtimePeriod: 'CpuRealtimePeriod',
  CPURealtimeRuntime: 'CpuRealtimeRuntime',
  CPUShares: 'CpuShares',
  DNS: 'Dns',
  DNSOptions: 'DnsOptions',
  DNSSearch: 'DnsSearch',
  HTTPProxy: 'HttpProxy',
  HTTPSProxy: 'HttpsProxy',
  HostIP: 'HostIp',
  ID: 'Id',
  NanoCPUs: 'NanoCpus',
  OCIVersion: 'OciVersion',
  Os: 'OSType',
};

export const goAlias = (field: string): string | undefined => goNames[field];
