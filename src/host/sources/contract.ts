/** Paths of the host that containers bind. They are the operator's own, so links in them are followed. */
export interface BindSources {
  /** Null where there is nothing. */
  kind(path: string): 'directory' | 'file' | null;
  /** Makes the folder and those above it (0755). */
  create(path: string): void;
  /** How the mount that holds the path spreads: mount_namespaces(7). */
  propagation(path: string): 'shared' | 'slave' | 'private';
}
