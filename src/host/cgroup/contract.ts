/**
 * Control groups, both versions. A *path* is what stands in an OCI spec's `cgroupsPath`: absolute below the root of
 * every hierarchy (`/docker/<id>`). Only groups that the engine made are ever touched.
 */

/** What the host's cgroups can enforce and count; asked for once at start. */
export interface CgroupSupport {
  readonly version: 1 | 2;
  readonly memory: boolean;
  readonly swap: boolean;
  readonly reservation: boolean;
  readonly swappiness: boolean;
  readonly oomKillDisable: boolean;
  /** A limit of the kernel's memory for TCP; version 1 only. */
  readonly kernelTcp: boolean;
  readonly shares: boolean;
  readonly cfsPeriod: boolean;
  readonly cfsQuota: boolean;
  readonly realtime: boolean;
  readonly cpuset: boolean;
  /** Lists as the kernel writes them (`0-3`); '' without cpuset. */
  readonly cpus: string;
  readonly mems: string;
  readonly pids: boolean;
  readonly devices: boolean;
  readonly blkioWeight: boolean;
  readonly blkioWeightDevice: boolean;
  readonly blkioThrottle: boolean;
  readonly hugetlb: boolean;
}

export interface BlkioEntry {
  readonly major: number;
  readonly minor: number;
  /** `read`, `write`, `sync`, `async`, `discard`, `total`, in small letters. */
  readonly op: string;
  readonly value: number;
}

/** Counters of one group and all below it. Times in nanoseconds, sizes in bytes. */
export interface CgroupStats {
  readonly cpu: {
    readonly total: number;
    readonly kernel: number;
    readonly user: number;
    /** Version 1 only. */
    readonly perCpu?: readonly number[];
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledTime: number;
  };
  readonly memory: {
    readonly usage: number;
    /** Version 1 only, as `failcnt`. */
    readonly maxUsage?: number;
    readonly failcnt?: number;
    /** The kernel's "no limit" is a number near 2^63. */
    readonly limit: number;
    /** The rows of memory.stat. */
    readonly rows: Readonly<Record<string, number>>;
  };
  readonly pids: { readonly current: number; readonly limit: number | null };
  readonly blkio: {
    readonly serviceBytes: readonly BlkioEntry[];
    readonly serviced: readonly BlkioEntry[];
  };
}

export interface Cgroups {
  readonly support: CgroupSupport;
  /**
   * Makes the next move of a process into a group fast. The kernel's lock for moves waits for an RCU grace period (4
   * to 15 ms measured) unless another move was made within about as long; this makes an empty one (this process into
   * the group that it is in), off the main thread. Never throws.
   */
  warm(): void;
  exists(path: string): boolean;
  /** Pids in the group and all below it; empty where the group is gone. */
  processes(path: string): number[];
  /** Stops all processes; resolves when they stand still. Throws `internal` when they don't within the limit. */
  freeze(path: string): Promise<void>;
  thaw(path: string): Promise<void>;
  frozen(path: string): boolean;
  /** Processes that the kernel killed for lack of memory since the group was made. */
  oomKills(path: string): number;
  /** Null where the group is gone. */
  stats(path: string): CgroupStats | null;
  /** Kills (SIGKILL) until nothing is left in it; resolves then. Idempotent. */
  killAll(path: string): Promise<void>;
  /** Removes the group in every hierarchy, with what containers made below it; it must hold no process. Idempotent. */
  remove(path: string): Promise<void>;
}
