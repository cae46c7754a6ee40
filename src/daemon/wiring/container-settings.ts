/** The daemon's settings as containers go by them. */
import { readFileSync } from 'node:fs';
import { invalid, messageOf } from '../../errors/minke-error.ts';
import type { ContainerSettings } from '../../services/containers/settings.ts';
import { parseProfile } from '../../services/containers/spec/seccomp/profile.ts';
import type { Settings } from '../settings/table.ts';

export interface HostDefaults {
  readonly cgroupVersion: 1 | 2;
  readonly apparmor: boolean;
  readonly defaultRuntime: string;
  readonly initBinary: string;
}

function seccomp(profile: string): ContainerSettings['seccomp'] {
  if (profile === 'builtin' || profile === 'unconfined') return profile;
  try {
    return parseProfile(readFileSync(profile, 'utf8'));
  } catch (error) {
    throw invalid(`opening seccomp profile (${profile}) failed: ${messageOf(error)}`, error);
  }
}

export function containerSettings(settings: Settings, host: HostDefaults): ContainerSettings {
  return {
    dataRoot: settings.dataRoot,
    defaultRuntime: host.defaultRuntime,
    shmSize: settings.defaultShmSize,
    ipcMode: settings.defaultIpcMode === 'shareable' ? 'shareable' : 'private',
    cgroupnsMode:
      settings.defaultCgroupnsMode === ''
        ? host.cgroupVersion === 2
          ? 'private'
          : 'host'
        : settings.defaultCgroupnsMode === 'private'
          ? 'private'
          : 'host',
    cgroupParent: settings.cgroupParent || '/docker',
    ulimits: [...settings.defaultUlimits].map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
    init: settings.init,
    initBinary: settings.initPath || host.initBinary,
    log: { Type: settings.logDriver, Config: Object.fromEntries(settings.logOpts) },
    noNewPrivileges: settings.noNewPrivileges,
    seccomp: seccomp(settings.seccompProfile),
    apparmor: host.apparmor ? 'docker-default' : null,
    stopTimeout: 10,
    dns: settings.dns,
    dnsSearch: settings.dnsSearch,
    dnsOptions: settings.dnsOpts,
    hostGatewayIps: settings.hostGatewayIps,
    liveRestore: settings.liveRestore,
    publishesToAll: settings.publishPolicy !== 'localhost-first',
    publishWarnings: settings.publishWarnings || settings.publishPolicy === 'localhost-first',
  };
}
