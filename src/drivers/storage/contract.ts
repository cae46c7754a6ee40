/**
 * Where image layers lie unpacked and containers get their root filesystems.
 *
 * Glossary. *Layer*: an unpacked, read-only tree, known by its chain id (OCI image-spec, config.md, "Layer
 * ChainID"). *Container filesystem*: a writable layer on top of a chain, known by the container's id.
 *
 * Promises that every driver keeps (`suite.ts`):
 * - `addLayer` is atomic: after a crash the layer is there whole or not at all; concurrent adds of one chain id do
 *   the work once.
 * - Nothing that a layer's tar says is written outside the layer's own directory.
 * - `mount` is counted by container, idempotent, and survives a restart of the daemon (`restore`).
 * - `remove*` is idempotent, and what a crash left half-made is removed by `restore`.
 */
import type { Readable } from 'node:stream';
import type { Compressor } from '../../kit/compression/compressor.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import type { Digest } from '../../wire/digest.ts';

/** ChainID of a stack of layers. */
export type ChainId = Digest;

export interface LayerInfo {
  readonly chainId: ChainId;
  readonly diffId: Digest;
  readonly parent: ChainId | null;
  /** Sum of the sizes of the regular files in this layer alone, in bytes. */
  readonly size: number;
  /** Length of the layer's tar (`layerTar`), in bytes. */
  readonly tarSize: number;
}

export type ChangeKind = 'modified' | 'added' | 'deleted';

export interface Change {
  /** Absolute path in the container. */
  readonly path: string;
  readonly kind: ChangeKind;
}

export interface CreateOptions {
  readonly parent: ChainId | null;
  /** Refused (`invalid`, with the reason) where it can't be enforced. */
  readonly sizeBytes?: number;
  /**
   * What the container writes need not survive a crash of the host (it is removed at its end anyway): no waiting for
   * the disk, where the driver can. Default false.
   */
  readonly ephemeral?: boolean;
  /** The image's files alone, without those that every container's root has. Default false. */
  readonly plain?: boolean;
}

/** Something wrong with what lies on the disk. The contents of layers are not looked at: `layerTar` tells those. */
export interface StorageFault {
  /**
   * `tree`: a layer's files are gone. `filesystem`: a container's are. `piece`: something that can be made anew of
   * what is known. `stray`: something that belongs to nobody.
   */
  readonly kind: 'tree' | 'filesystem' | 'piece' | 'stray';
  /** Chain id, container id, or a path below the driver's folders. */
  readonly subject: string;
  readonly problem: string;
}

export interface StorageDriver {
  /** `overlay2`, `vfs`. */
  readonly name: string;
  /** Rows for `info`'s DriverStatus. */
  status(): Promise<[string, string][]>;

  /**
   * Unpacks a layer tar: plain as a stream, in a file also as gzip or zstd. Resolves after the tree is complete; rejects (`invalid`, "digest mismatch")
   * when the tar's digest is not `diffId` where one is given. `onBytes` hears of progress (bytes read, of a file as
   * they lie in it).
   * The stream is read to its end, or destroyed: where the layer is there already, and where the add fails.
   * With `after` the parent need not be there before that is fulfilled (where it rejects, so does the add): what can
   * be done without the parent is done meanwhile.
   */
  addLayer(
    tar: Readable | FilePart,
    options: {
      parent: ChainId | null;
      after?: Promise<unknown>;
      diffId?: Digest;
      onBytes?: (count: number) => void;
      signal?: AbortSignal;
    },
  ): Promise<LayerInfo>;
  layer(chainId: ChainId): Promise<LayerInfo | null>;
  layers(): Promise<LayerInfo[]>;
  /** Refused (`conflict`) while a child layer or a container filesystem stands on it. */
  removeLayer(chainId: ChainId): Promise<void>;
  /** The layer's tar again, bit for bit as it was added (its digest is `diffId`). */
  layerTar(chainId: ChainId): Promise<Readable>;
  /** What `layerGzip` can compress by, the fastest first. */
  readonly compressors: readonly Compressor[];
  /**
   * The same as gzip, the same bytes each time by the same compressor; fails with `internal` where the layer's files
   * are damaged. Its buffers are the reader's own.
   */
  layerGzip(chainId: ChainId, by: Compressor): Promise<Readable>;

  /**
   * Makes the writable layer, on top of the files that every container's root has (`/.dockerenv`, `/etc/hosts`, mount
   * points): those belong to no image and to no change.
   */
  create(id: string, options: CreateOptions): Promise<void>;
  /** Mounts the container's root filesystem, where it is not mounted yet, and answers its absolute path. */
  mount(id: string): Promise<string>;
  /** Takes one `mount` back; the last one unmounts. Does nothing where it is not mounted. */
  unmount(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  exists(id: string): Promise<boolean>;
  /** Ids of all container filesystems on disk. */
  list(): Promise<string[]>;
  /** Bytes in the writable layer (-1: its files are gone), and in it with all layers below. */
  usage(id: string): Promise<{ rw: number; root: number }>;
  changes(id: string): Promise<Change[]>;
  /** The writable layer alone as a layer tar (whiteouts in OCI form), for commit. */
  diffTar(id: string): Promise<Readable>;
  /** `GraphDriver` of inspect, for a container. */
  describe(id: string): Promise<{ Name: string; Data: Record<string, string> }>;
  /** `GraphDriver` of inspect, for an image's top layer. */
  describeLayer(chainId: ChainId | null): Promise<{ Name: string; Data: Record<string, string> }>;

  /** The layer that each container filesystem stands on. */
  filesystems(): Promise<ReadonlyMap<string, ChainId | null>>;
  /** What is wrong now; what is being made or removed counts as right. */
  faults(): Promise<StorageFault[]>;
  /** Puts a `piece` or a `stray` right; does nothing where it is right by now. */
  mend(fault: StorageFault): Promise<void>;

  /**
   * At start: removes half-made layers and filesystems, unmounts those of containers that do not run.
   * @param running ids whose mounts must stay as they are
   */
  restore(running: ReadonlySet<string>): Promise<void>;
  /** At an orderly end: waits for what runs in the background and lets go of what no running container needs. */
  close(): Promise<void>;
}
