/** What a mount forbids below it: mount(8). */
export type MountGuard = 'ro' | 'nosuid' | 'nodev' | 'noexec';

/** The mount that a path lies on. */
export interface HoldingMount {
  readonly point: string;
  /** How it spreads: mount_namespaces(7). */
  readonly propagation: 'shared' | 'slave' | 'private';
}

/** Paths of the host that containers bind. They are the operator's own, so links in them are followed. */
export interface BindSources {
  /** Null where there is nothing. */
  kind(path: string): 'directory' | 'file' | null;
  /** Makes the folder and those above it (0755). */
  create(path: string): void;
  mountOf(path: string): HoldingMount;
  /** Of the mount that the path lies on. @throws SystemError */
  guards(path: string): MountGuard[];
}
