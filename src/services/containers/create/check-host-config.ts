/** Checks of `HostConfig` that need nothing but itself and what the host can do. */
import { invalid } from '../../../errors/minke-error.ts';
import type { CgroupSupport } from '../../../host/cgroup/contract.ts';
import type { HostConfigBody } from '../../../wire/containers/host-config.ts';
import { checkAnnotations } from '../spec/annotations.ts';
import { boundingSet } from '../spec/capabilities.ts';
import { parseDeviceRule } from '../spec/devices.ts';
import { checkUlimits } from '../spec/rlimits.ts';
import { checkSysctls } from '../spec/sysctls.ts';
import { tmpfsOptions } from '../spec/tmpfs.ts';
import { checkResources } from './check-resources.ts';
import { checkPlainText } from './control-characters.ts';
import { checkDestination } from './destinations.ts';
import { parseExtraHost } from './extra-hosts.ts';
import { checkModes, parseNetworkMode } from './modes.ts';
import { portRequests } from './ports.ts';
import { checkRestartPolicy, hasPolicy } from './restart-policy.ts';
import { parseSecurityOptions } from './security.ts';

export interface HostAbilities {
  readonly cgroups: CgroupSupport;
  readonly cpus: number;
  /** Capabilities that the engine holds. */
  readonly capabilities: readonly string[];
  readonly ipv4Forwarding: boolean;
  readonly cgroupNamespaces: boolean;
  /** Names of OCI runtimes. */
  readonly runtimes: ReadonlySet<string>;
}

/** Things that other hosts have and this engine can't give. */
function refuseForeign(hostConfig: HostConfigBody): void {
  for (const { Driver, Capabilities, DeviceIDs } of hostConfig.DeviceRequests ?? []) {
    if (Driver === 'cdi') {
      const names = (DeviceIDs ?? []).join(', ');
      throw invalid(
        `CDI device injection failed: unresolvable CDI devices ${names}: CDI is not supported by this engine`,
      );
    }
    const capabilities = `[${(Capabilities ?? []).map((set) => `[${(set ?? []).join(' ')}]`).join(' ')}]`;
    throw invalid(
      `could not select device driver ${JSON.stringify(Driver)} with capabilities: ${capabilities}`,
    );
  }
  if (!['', 'default'].includes(hostConfig.Isolation)) {
    throw invalid(`invalid isolation (${hostConfig.Isolation}): linux only supports 'default'`);
  }
  if (hostConfig.Cgroup !== '')
    throw invalid(
      `invalid cgroup: ${hostConfig.Cgroup}: joining another container's cgroup is not supported`,
    );
}

function checkNames(hostConfig: HostConfigBody): void {
  for (const host of hostConfig.ExtraHosts ?? []) parseExtraHost(host);
  const lists = [
    ['dns', hostConfig.Dns],
    ['dns-search', hostConfig.DnsSearch],
    ['dns-option', hostConfig.DnsOptions],
  ] as const;
  for (const [option, values] of lists) {
    for (const value of values ?? []) checkPlainText(option, value);
  }
  for (const { PathOnHost, PathInContainer, CgroupPermissions } of hostConfig.Devices ?? []) {
    checkPlainText('device', PathOnHost + PathInContainer);
    if (!/^[rwm]{0,3}$/.test(CgroupPermissions)) throw invalid(`invalid device mode: ${CgroupPermissions}`);
  }
}

const storageOptions = new Set(['size']);

/** A copy with what the host can't do taken out, and a warning for each. @throws invalid */
export function checkHostConfig(
  asked: HostConfigBody,
  host: HostAbilities,
): { hostConfig: HostConfigBody; warnings: string[] } {
  if (asked.AutoRemove && hasPolicy(asked.RestartPolicy)) {
    throw invalid("can't create 'AutoRemove' container with restart policy");
  }
  checkNames(asked);
  portRequests(asked.PortBindings, null, false);
  checkRestartPolicy(asked.RestartPolicy);
  boundingSet({ add: asked.CapAdd, drop: asked.CapDrop, privileged: asked.Privileged }, host.capabilities);
  refuseForeign(asked);
  checkAnnotations(asked.Annotations);
  const { resources: hostConfig, warnings } = checkResources(
    asked,
    { support: host.cgroups, cpus: host.cpus },
    false,
  );
  checkModes(hostConfig);
  if (hostConfig.ShmSize < 0) throw invalid('SHM size can not be less than 0');
  if (hostConfig.OomScoreAdj < -1000 || hostConfig.OomScoreAdj > 1000) {
    throw invalid(`Invalid value ${hostConfig.OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
  }
  const network = parseNetworkMode(hostConfig.NetworkMode);
  if (!host.ipv4Forwarding && network.kind !== 'host' && network.kind !== 'none') {
    warnings.push('IPv4 forwarding is disabled. Networking will not work.');
  }
  if (network.kind === 'host' && Object.keys(hostConfig.PortBindings ?? {}).length > 0) {
    warnings.push('Published ports are discarded when using host network mode');
  }
  if (hostConfig.Runtime !== '' && !host.runtimes.has(hostConfig.Runtime)) {
    throw invalid(`unknown or invalid runtime name: ${hostConfig.Runtime}`);
  }
  for (const [path, options] of Object.entries(hostConfig.Tmpfs ?? {})) {
    checkDestination(path);
    tmpfsOptions(options);
  }
  if (hostConfig.CgroupnsMode === 'private' && !host.cgroupNamespaces) {
    warnings.push('Your kernel does not support cgroup namespaces.  Cgroup namespace setting discarded.');
    hostConfig.CgroupnsMode = 'host';
  }
  checkUlimits(hostConfig.Ulimits);
  for (const rule of hostConfig.DeviceCgroupRules ?? []) parseDeviceRule(rule);
  checkSysctls(hostConfig.Sysctls);
  parseSecurityOptions(hostConfig.SecurityOpt, { noNewPrivileges: false });
  for (const option of Object.keys(hostConfig.StorageOpt ?? {})) {
    if (!storageOptions.has(option)) throw invalid(`Unknown option ${option}`);
  }
  if (hostConfig.CgroupParent !== '' && !/^\/*[\w.-]+(\/+[\w.-]+)*$/.test(hostConfig.CgroupParent)) {
    throw invalid(`invalid cgroup parent: ${hostConfig.CgroupParent}`);
  }
  if (/(^|\/)\.\.(\/|$)/.test(hostConfig.CgroupParent))
    throw invalid('invalid cgroup parent: it must not hold ..');
  return { hostConfig, warnings };
}
