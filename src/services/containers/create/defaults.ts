/** What a HostConfig says once the daemon's settings have filled its gaps. */
import type { HostConfigBody } from '../../../wire/containers/host-config.ts';
import type { ContainerSettings } from '../settings.ts';
import { maskedPaths, readonlyPaths } from '../spec/paths.ts';

/** Docker adds this for SELinux hosts and shows it on all. */
const UNLABELLED = 'label=disable';

export function withDefaults(
  hostConfig: HostConfigBody,
  settings: ContainerSettings,
  cgroupVersion: 1 | 2,
): HostConfigBody {
  const { Memory, MemorySwap, Privileged } = hostConfig;
  const open = hostConfig.IpcMode === 'host' || hostConfig.PidMode === 'host' || Privileged;
  const labelled = (hostConfig.SecurityOpt ?? []).some((option) => /^label[=:]/.test(option));
  const cgroupns = Privileged && cgroupVersion === 1 ? 'host' : settings.cgroupnsMode;
  return {
    ...hostConfig,
    MemorySwap: Memory > 0 && MemorySwap === 0 ? Memory * 2 : MemorySwap,
    ShmSize: hostConfig.ShmSize || settings.shmSize,
    IpcMode: hostConfig.IpcMode || settings.ipcMode,
    CgroupnsMode: hostConfig.CgroupnsMode || cgroupns,
    NetworkMode: ['', 'default'].includes(hostConfig.NetworkMode) ? 'bridge' : hostConfig.NetworkMode,
    RestartPolicy: { ...hostConfig.RestartPolicy, Name: hostConfig.RestartPolicy.Name || 'no' },
    Runtime: hostConfig.Runtime || settings.defaultRuntime,
    OomKillDisable: hostConfig.OomKillDisable ?? false,
    SecurityOpt: open && !labelled ? [...(hostConfig.SecurityOpt ?? []), UNLABELLED] : hostConfig.SecurityOpt,
    MaskedPaths: hostConfig.MaskedPaths ?? (Privileged ? null : [...maskedPaths]),
    ReadonlyPaths: hostConfig.ReadonlyPaths ?? (Privileged ? null : [...readonlyPaths]),
  };
}
