import type { LogFiles } from '../../drivers/log/contract.ts';
import type { ContainerFolders, OciRuntime } from '../../drivers/runtime/contract.ts';
import type { RecordStore } from '../../drivers/state/contract.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { Archives } from '../../host/archive/contract.ts';
import type { Cgroups } from '../../host/cgroup/contract.ts';
import type { Devices } from '../../host/devices/contract.ts';
import type { Proc } from '../../host/proc/contract.ts';
import type { Processes } from '../../host/process/contract.ts';
import type { Rootfs } from '../../host/rootfs/contract.ts';
import type { BindSources } from '../../host/sources/contract.ts';
import type { Keeper } from '../../keeper/contract.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Events } from '../events/contract.ts';
import type { Images } from '../images/contract.ts';
import type { Networks } from '../networks/contract.ts';
import type { Volumes } from '../volumes/contract.ts';
import type { ContainerRecord } from './record/record.ts';
import type { ContainerSettings } from './settings.ts';

/** All that the container service leans on. Runtimes are probed already. */
export interface ContainersOptions {
  readonly keeper: Keeper;
  /** By the name that `--runtime` gives; usable ones only. */
  readonly runtimes: ReadonlyMap<string, OciRuntime>;
  readonly folders: ContainerFolders;
  readonly storage: StorageDriver;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly images: Images;
  readonly events: Events;
  readonly records: RecordStore<ContainerRecord>;
  readonly logs: LogFiles;
  readonly archives: Archives;
  readonly cgroups: Cgroups;
  readonly proc: Proc;
  readonly devices: Devices;
  readonly sources: BindSources;
  readonly rootfs: Rootfs;
  readonly processes: Processes;
  /** For archives that Node can't decompress. */
  readonly decompressor?: ExternalDecompressor;
  /** Unix nanoseconds. */
  readonly now: () => bigint;
  readonly logger: Logger;
  readonly settings: () => ContainerSettings;
  readonly host: {
    /** As Go calls it: `amd64`, `arm64`. */
    readonly architecture: string;
    readonly kernel: string;
    readonly cpus: number;
    readonly seccomp: boolean;
    readonly apparmor: boolean;
    /** Read at each create. */
    readonly ipv4Forwarding: () => boolean;
  };
}
