/**
 * Looks into a container's root filesystem and prepares it for a start. Nothing in it is trusted: paths are walked by
 * descriptor, links in them lead nowhere outside of it.
 */

export interface PinnedPath {
  /** Reaches that very file or folder, whatever its name means by now; valid until `release`. */
  readonly path: string;
  release(): void;
}

export interface Rootfs {
  /**
   * Content of a regular file; '' where there is nothing, or no regular file.
   * @throws invalid above `limit` bytes
   */
  readText(root: string, path: string, limit: number): string;
  /** What is there, links followed; null where there is nothing. */
  kind(root: string, path: string): 'directory' | 'file' | 'other' | null;
  /** Mode of the folder that is there, links followed; null where there is none. */
  folderMode(root: string, path: string): number | null;
  /** Where a path leads, links in it resolved; parts that do not exist stay. */
  resolve(root: string, path: string): string;
  /**
   * Makes sure that /dev, /proc and /sys are folders: what an image brings as a link there would lead the OCI runtime
   * astray (CVE-2026-41579). A link or file is replaced. @throws invalid where that can't be done
   */
  secureMountPoints(root: string): void;
  /** Makes a folder and those above it that are missing (0755, root). @throws invalid where something else is in the way */
  makeFolder(root: string, path: string): void;
  /** The folder (trusted itself) holds nothing. */
  isEmpty(path: string): boolean;
  /** Gives a folder the owner and mode of another; both are trusted themselves. */
  copyOwner(from: string, to: string): void;
  /**
   * Holds a path below a root. Links in it are followed as long as they stay below.
   * @throws invalid "path concatenation escapes the base directory, …", not-found "cannot access path …"
   */
  pin(root: string, path: string): PinnedPath;
}
