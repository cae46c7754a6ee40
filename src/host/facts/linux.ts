import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import type { HostFacts, HostFactsReader } from './contract.ts';
import { parseOsRelease } from './os-release.ts';

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Reads /proc, /sys and /etc/os-release of the machine. */
export class LinuxHostFacts implements HostFactsReader {
  read(): HostFacts {
    const release = parseOsRelease(readText('/etc/os-release') ?? readText('/usr/lib/os-release') ?? '');
    return {
      kernelVersion: os.release(),
      operatingSystem: release.get('PRETTY_NAME') ?? release.get('NAME') ?? 'Linux',
      osVersion: release.get('VERSION_ID') ?? '',
      machine: os.machine(),
      cpus: os.availableParallelism(),
      memory: os.totalmem(),
      hostname: os.hostname(),
      ipv4Forwarding: this.ipv4Forwarding(),
      seccomp: readText('/proc/sys/kernel/seccomp/actions_avail') !== null,
      apparmor: readText('/sys/module/apparmor/parameters/enabled')?.startsWith('Y') ?? false,
    };
  }

  ipv4Forwarding(): boolean {
    return readText('/proc/sys/net/ipv4/ip_forward')?.startsWith('1') ?? false;
  }

  openDescriptors(): number {
    return readdirSync('/proc/self/fd').length;
  }
}
