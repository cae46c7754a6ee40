/**
 * Archives to trees and trees to archives, and other work on whole trees. All of it runs in worker threads; the main
 * thread only passes bytes on.
 *
 * A `root` is the path of a directory that is trusted itself (a layer's folder, a container's mounted root,
 * `/proc/<pid>/root`); everything below it is not: paths below are resolved by descriptor and never leave it.
 */
import type { Readable } from 'node:stream';
import type { Compressor } from '../../kit/compression/compressor.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import type { ProcessIdentity } from '../proc/contract.ts';

export interface ExtractOptions {
  /**
   * `overlay`: the root is one layer of an overlay, whiteouts become overlayfs's own marks. `apply`: whiteouts remove
   * what the root held before. `literal`: `.wh.` is a name like any other.
   */
  readonly whiteouts: 'overlay' | 'apply' | 'literal';
  /** Symlinks in the way of an entry: refused, or followed as a process with that root would. */
  readonly links: 'none' | 'in-root';
  /** Default `refuse`. */
  readonly absoluteNames?: 'refuse' | 'below-root';
  /** Whose the files become: the archive's say (default), one owner for all, or whoever runs this. */
  readonly ownership?: 'archive' | 'ignore' | { readonly uid: number; readonly gid: number };
  /** Refuse a directory in place of a file and the other way round. */
  readonly noOverwriteDirNonDir?: boolean;
  /** The root's own metadata stay as they are, whatever an entry `./` says. */
  readonly keepRoot?: boolean;
  /** The stream's buffers are nobody else's: their memory is given back as soon as they were read. */
  readonly ownedChunks?: boolean;
}

export interface PathStat {
  /** Last component of the path asked for. */
  readonly name: string;
  readonly size: number;
  /** S_IF… type. */
  readonly type: number;
  /** 0…0o7777. */
  readonly mode: number;
  readonly mtime: { readonly seconds: number; readonly nanoseconds: number };
  /** For a symlink: where it leads inside the root, absolute; else ''. */
  readonly linkTarget: string;
  /** The mount that it lies on takes no writes. */
  readonly readOnly: boolean;
  /** It lies on the root's own mount, not on one below it. */
  readonly onRoot: boolean;
}

export interface StatOptions {
  /** Of what a symlink as last component leads to; default false. */
  readonly follow?: boolean;
}

export interface PackOptions {
  /** Where below the root to start; default the root itself. Symlinks before its last component are followed. */
  readonly path?: string;
  /**
   * What the start is called in the archive; entries below get it as their first components. Absent: the start has no
   * entry of its own and names are relative to it. `/`: names are absolute.
   */
  readonly name?: string;
}

export type ChangeKind = 'modified' | 'added' | 'deleted';

export interface TreeChange {
  /** Absolute below the root. */
  readonly path: string;
  readonly kind: ChangeKind;
}

export interface LayerExtract {
  /** Directory that gets the files; exists and is empty (`overlay`) or holds the parent's (`apply`). */
  readonly root: string;
  readonly whiteouts: 'overlay' | 'apply';
  /** File that gets what is needed to write the archive again (`split.ts`). */
  readonly split: string;
  /** Directory for what later entries of the same archive replace; made when needed. */
  readonly kept: string;
}

/** What an archive can be written again from. */
export type LayerParts = Pick<LayerExtract, 'root' | 'split' | 'kept'>;

export interface LayerExtracted {
  /** `sha256:…` of the archive. */
  readonly digest: string;
  readonly tarSize: number;
  /** Sum of the files' sizes. */
  readonly size: number;
  /** The layer hides everything below it. */
  readonly opaqueRoot: boolean;
  /** An entry told of the root itself: its owner and mode are the layer's own. */
  readonly tellsRoot: boolean;
}

/** Something that has its place in a composed tree. */
export type TreeMount = {
  /**
   * Absolute inside the root; links are followed there. What is missing is made, as a start would (0755, root's): a
   * directory, or a file for a file.
   */
  readonly destination: string;
  readonly writable: boolean;
} & (
  | {
      readonly kind: 'bind';
      /** On the host, trusted with its links. */
      readonly source: string;
      /** Below the source, no link in it; '' is the source itself. */
      readonly subpath: string;
      /** With what is mounted below the source. */
      readonly recursive: boolean;
      /** For what is not writable: the mounts below it too. */
      readonly readOnlyBelow: 'no' | 'possible' | 'demanded';
    }
  | {
      readonly kind: 'tmpfs';
      /** The tmpfs that this process has at the destination. Left out where it has none, or has gone. */
      readonly process: ProcessIdentity;
    }
);

export interface TreePlan {
  /** Path of a trusted directory. */
  readonly root: string;
  readonly mounts: readonly TreeMount[];
  /** False: nothing outside of the mounts can be written. */
  readonly writable: boolean;
}

/**
 * A root with mounts that nobody else sees. It goes when it is closed and what was begun with it is over, or when we
 * are killed. Its work is done in threads apart: a dead file server below a mount holds up nobody else.
 */
export interface ComposedTree {
  /** Valid in this process until `close`. */
  readonly root: string;
  /** As those of `Archives`. */
  stat(path: string, options?: StatOptions): Promise<PathStat>;
  pack(options: PackOptions): Readable;
  extract(tar: Readable, path: string, options: ExtractOptions, signal?: AbortSignal): Promise<void>;
  /** Idempotent; not before the streams and promises are over. */
  close(): void;
}

export interface Archives {
  /**
   * Unpacks a tar below `root/path` (default: the root; a symlink there is followed inside the root). Throws `invalid`
   * naming the entry that is refused; what was unpacked before it stays.
   */
  extract(
    tar: Readable,
    target: { readonly root: string; readonly path?: string },
    options: ExtractOptions,
    signal?: AbortSignal,
  ): Promise<void>;
  /** A tree as a tar: names sorted, hard links kept, special files as headers, times in whole seconds. */
  pack(root: string, options?: PackOptions): Readable;
  /** Of the path's last component itself. Throws `not-found`. */
  stat(root: string, path: string, options?: StatOptions): Promise<PathStat>;
  /** Throws `internal` naming the mount point that can't be. Needs kernel 5.2. */
  compose(plan: TreePlan): Promise<ComposedTree>;

  /**
   * Of layers in files so many at a time as there are threads, the others in the order of asking.
   * @param tar plain as a stream; in a file also as gzip or zstd, `onBytes` hears of the file's bytes then
   */
  extractLayer(
    tar: Readable | FilePart,
    layer: LayerExtract,
    options?: { onBytes?: (count: number) => void; signal?: AbortSignal },
  ): Promise<LayerExtracted>;
  /** The archive that `extractLayer` read, byte by byte. */
  assembleLayer(layer: LayerParts): Readable;
  /** What can compress here, the fastest first. */
  readonly compressors: readonly Compressor[];
  /**
   * The same as gzip, the same bytes each time by the same compressor; fails with `internal` where the archive's digest
   * is not this one.
   */
  compressLayer(layer: LayerParts, digest: string, by: Compressor): Readable;

  /** What an overlay's upper directory changes of the layers below (topmost first). */
  overlayChanges(upper: string, lowers: readonly string[]): Promise<TreeChange[]>;
  /** The upper directory as a layer. */
  packOverlay(upper: string): Readable;
  /** What one plain tree changes of another. */
  treeChanges(old: string, tree: string): Promise<TreeChange[]>;
  /** Sum of the sizes of the files that it adds or changes. */
  changedSize(old: string, tree: string): Promise<number>;
  /** The changes as a layer. */
  packChanges(old: string, tree: string): Readable;

  /** Sum of the sizes of all files but directories, each inode once. */
  usage(path: string): Promise<number>;
  /** Nothing happens where there is nothing. */
  remove(path: string): Promise<void>;
  /** All of `from` into the empty directory `to`, with owners, times, links and attributes; blocks shared where possible. */
  copy(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}
