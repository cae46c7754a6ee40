/** What the engine tells of the machine it runs on. */
export interface HostFacts {
  /** uname -r */
  readonly kernelVersion: string;
  /** PRETTY_NAME and VERSION_ID of os-release(5). */
  readonly operatingSystem: string;
  readonly osVersion: string;
  /** uname -m: `x86_64`, `aarch64`. */
  readonly machine: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly hostname: string;
  readonly ipv4Forwarding: boolean;
  /** The kernel has seccomp filters. */
  readonly seccomp: boolean;
  readonly apparmor: boolean;
}

export interface HostFactsReader {
  /** Read anew at each call: cheap files only. */
  read(): HostFacts;
  /** That fact alone: it is asked for at each container. */
  ipv4Forwarding(): boolean;
  /** File descriptors that this process has open. */
  openDescriptors(): number;
}
