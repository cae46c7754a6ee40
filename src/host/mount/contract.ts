/** Mounts in the engine's own mount namespace. Paths are absolute and ours; see `safepath` for others. */

export interface MountInfo {
  readonly id: number;
  readonly parentId: number;
  /** `major:minor` */
  readonly device: string;
  /** Directory of the filesystem that is seen here. */
  readonly root: string;
  readonly mountPoint: string;
  /** Of this mount: `rw`, `relatime`, … */
  readonly options: readonly string[];
  /** `shared:N`, `master:N`, `unbindable`, … */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Of the filesystem. */
  readonly superOptions: readonly string[];
}

export interface OverlayMount {
  /** Directory that the others are relative to; may hold any character. */
  readonly base: string;
  /** Topmost first; at least one. */
  readonly lower: readonly string[];
  /** Absent: a read-only view of the lower directories. */
  readonly upper?: string;
  readonly work?: string;
  /** Writes need not survive a crash of the host: no sync, also not at unmount (kernel 5.10). */
  readonly volatile?: boolean;
}

export type Propagation =
  | 'private'
  | 'rprivate'
  | 'shared'
  | 'rshared'
  | 'slave'
  | 'rslave'
  | 'unbindable'
  | 'runbindable';

export interface BindOptions {
  /** With the mounts below `source`; default true. */
  readonly recursive?: boolean;
  /** Only the mount itself, not the ones below it. */
  readonly readonly?: boolean;
}

export interface TmpfsOptions {
  /** What /proc/mounts names it; default `tmpfs`. */
  readonly name?: string;
  /** Nothing in it can be run. */
  readonly noExec?: boolean;
}

/** Failures throw SystemError. */
export interface Mounts {
  /** @param target relative to `base` too */
  overlay(overlay: OverlayMount, target: string): void;
  bind(source: string, target: string, options?: BindOptions): void;
  /** The mount itself, not the filesystem and not the mounts below it. */
  makeReadonly(target: string): void;
  /** Without devices and set-user-id programs. @param data e.g. `size=64m,mode=1777` */
  tmpfs(target: string, data?: string, options?: TmpfsOptions): void;
  move(source: string, target: string): void;
  setPropagation(target: string, propagation: Propagation): void;
  /**
   * Detaches at once; resolves when the filesystem is let go of, which may write back all that is dirty on the disk.
   * Does nothing where nothing is mounted.
   */
  unmount(target: string): Promise<void>;
  list(): MountInfo[];
}
