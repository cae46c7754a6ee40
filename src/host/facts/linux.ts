import { openSync, readdirSync, readFileSync, readSync } from 'node:fs';
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

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

/** Reads /proc, /sys and /etc/os-release of the machine. */
export class LinuxHostFacts implements HostFactsReader {
  /** Stays open: to find the file, the kernel looks through those of all network namespaces. */
  #forwarding: number | null = null;

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
    this.#forwarding ??= openIfThere('/proc/sys/net/ipv4/ip_forward');
    if (this.#forwarding === null) return false;
    const first = Buffer.alloc(1);
    return readSync(this.#forwarding, first, 0, 1, 0) === 1 && first.toString() === '1';
  }

  openDescriptors(): number {
    return readdirSync('/proc/self/fd').length;
  }
}
