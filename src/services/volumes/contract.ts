import type { Volume } from '../../wire/generated/engine-api.ts';

export interface VolumeCreate {
  /** Empty: an anonymous volume with a 64-hex name and the label `com.docker.volume.anonymous`. */
  readonly name: string;
  readonly driver: string;
  readonly driverOpts: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a container uses a volume, for the event that tells of it. */
export interface VolumeUse {
  readonly destination: string;
  readonly writable: boolean;
  readonly propagation: string;
}

export interface Volumes {
  /** Answers the existing one where name and driver are the same (Docker's rule). */
  create(request: VolumeCreate): Promise<Volume>;
  inspect(name: string): Promise<Volume>;
  list(filters: ReadonlyMap<string, readonly string[]>): Promise<{ volumes: Volume[]; warnings: string[] }>;
  /** `conflict` "remove <name>: volume is in use - [<container id>]". */
  remove(name: string, force: boolean): Promise<void>;
  prune(
    filters: ReadonlyMap<string, readonly string[]>,
  ): Promise<{ deleted: string[]; spaceReclaimed: number }>;
  /** Bytes on disk and containers that refer to it, for `system df`. */
  usage(): Promise<(Volume & { UsageData: { Size: number; RefCount: number } })[]>;

  /** A container refers to the volume from its creation to its removal; made if it is not there. */
  refer(request: VolumeCreate, container: string): Promise<Volume>;
  /** Gives back; with `removeAnonymous` an anonymous volume nobody else refers to is removed. */
  release(name: string, container: string, options: { removeAnonymous: boolean }): Promise<void>;
  /**
   * Mounts (where the driver has something to mount) for a starting container; answers the host path. Without `use` it
   * is the engine's own doing, and nobody is told.
   */
  mount(name: string, container: string, use?: VolumeUse): Promise<string>;
  unmount(name: string, container: string): Promise<void>;
  /** At start: the references of all containers that exist, and which of them run. */
  restore(
    references: ReadonlyMap<string, { containers: readonly string[]; running: readonly string[] }>,
  ): Promise<void>;
}
