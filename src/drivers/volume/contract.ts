/**
 * Where volumes' data lies. What a volume is called, who refers to it and what it was made with is the volume
 * service's record; the driver has the data and, where there is something to mount, the mount.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - `create`, `remove`, `mount` and `unmount` are idempotent.
 * - A `remove` that a crash cut off is finished by `restore`, or the volume is still there whole.
 * - `mount` and `unmount` work after a restart of the daemon as if there had been none.
 */
export type VolumeOptions = Readonly<Record<string, string>>;

export interface VolumeDriver {
  /** `local`, or a plugin's name. */
  readonly name: string;
  readonly scope: 'local' | 'global';
  /** Throws `invalid` for a name or options that it can't serve. */
  check(name: string, options: VolumeOptions): void;
  create(name: string, options: VolumeOptions): Promise<void>;
  /** Also unmounts. */
  remove(name: string): Promise<void>;
  /** Absolute path where the data is, once mounted. */
  path(name: string): string;
  /** Readies the data for containers and answers its path. Not counted: the caller knows who uses the volume. */
  mount(name: string, options: VolumeOptions): Promise<string>;
  unmount(name: string): Promise<void>;
  /** Bytes of the data; each inode counts once. */
  size(name: string): Promise<number>;
  /** At start: finishes what a crash cut off. Answers the names of all volumes that have data. */
  restore(): Promise<string[]>;
}
