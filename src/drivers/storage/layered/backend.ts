/** What `LayeredStorage` leaves to one way of keeping trees. */
import type { Readable } from 'node:stream';
import type { ChainId, Change, CreateOptions, LayerInfo, StorageFault } from '../contract.ts';

/** A layer on the disk. */
export interface StoredLayer extends LayerInfo {
  /** Name of its directory: random, so that nothing outside knows it. */
  readonly cacheId: string;
  /** It hides all layers below. */
  readonly opaqueRoot: boolean;
}

/** A container's filesystem on the disk. */
export interface StoredFilesystem {
  readonly id: string;
  readonly parent: ChainId | null;
  readonly ephemeral: boolean;
  readonly plain: boolean;
}

/** A layer's tree whose record is lost. */
export interface LooseTree {
  readonly cacheId: string;
  /** The tree that it was put on; null where it is the lowest. */
  readonly below: string | null;
  readonly opaqueRoot: boolean;
}

/** Layers from the topmost down. */
export type Chain = readonly StoredLayer[];

export interface Description {
  readonly Name: string;
  readonly Data: Record<string, string>;
}

export interface Backend {
  readonly name: string;
  readonly whiteouts: 'overlay' | 'apply';

  /**
   * Makes the folders, answers the container filesystems that are whole, and clears away everything else: halves, and
   * layers that are not in `layers`. Called once, first.
   * @param keepLoose `looseTrees` stay
   */
  load(layers: ReadonlyMap<ChainId, StoredLayer>, keepLoose: boolean): StoredFilesystem[];
  /** Trees of layers that are not in `layers`, where they tell enough to find out whose they are. */
  looseTrees(layers: ReadonlyMap<ChainId, StoredLayer>): LooseTree[];
  status(): [string, string][];

  /**
   * Makes the directory that a new layer is unpacked into, and answers it. Who asks for the layers below may have to
   * wait for them.
   */
  prepareLayer(cacheId: string, parent: () => Promise<Chain>): Promise<string>;
  /**
   * The layer is unpacked, and the layers below are there: puts it on them.
   * @param tellsRoot its archive told of the root's own owner and mode
   */
  placeLayer(cacheId: string, parent: Chain, tellsRoot: boolean): void;
  layerRoot(cacheId: string): string;
  /** Gone at once as far as anyone sees; the disk is freed in the background. */
  discardLayer(cacheId: string): void;
  describeLayer(chain: Chain): Description;

  create(id: string, chain: Chain, options: CreateOptions): Promise<void>;
  mount(filesystem: StoredFilesystem, chain: Chain): Promise<string>;
  unmount(id: string): Promise<void>;
  /** Ids of what is mounted now. */
  mounted(): string[];
  /** Unmounts too. */
  remove(id: string): void;
  usage(filesystem: StoredFilesystem, chain: Chain): Promise<number>;
  changes(filesystem: StoredFilesystem, chain: Chain): Promise<Change[]>;
  diffTar(filesystem: StoredFilesystem, chain: Chain): Readable;
  describe(filesystem: StoredFilesystem, chain: Chain): Description;

  /** What is wrong with a layer's folders. `subject` of a `tree` is the chain id. */
  layerFaults(layer: StoredLayer): StorageFault[];
  filesystemFaults(filesystem: StoredFilesystem): StorageFault[];
  /** Paths below the home that belong neither to a container filesystem nor to a layer of these names. */
  strays(cacheIds: ReadonlySet<string>, filesystems: ReadonlySet<string>): string[];
  /** Makes the pieces of a layer or filesystem anew that can be. */
  mendLayer(layer: StoredLayer): void;
  mendFilesystem(filesystem: StoredFilesystem): void;
  /** @param path one of `strays` */
  discardStray(path: string): void;

  /** Waits for what runs in the background. */
  settle(): Promise<void>;
}
