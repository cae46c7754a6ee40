/** What a check of the store looks at, as plain data. */
import type { ChainId, StorageFault } from '../../../drivers/storage/contract.ts';
import type { Digest } from '../../../wire/digest.ts';

export interface ImageFacts {
  readonly id: Digest;
  /** Bottom first; empty where the config can't be read. */
  readonly chain: readonly ChainId[];
  /** Why it can't be used; null where its config is whole. */
  readonly problem: string | null;
  readonly manifests: readonly { readonly digest: Digest; readonly index?: Digest }[];
  /** Familiar references, sorted. */
  readonly names: readonly string[];
  /** Where it is another than this machine's. */
  readonly platform: string | null;
  /** Containers made of it. */
  readonly containers: readonly string[];
}

export interface LayerFacts {
  readonly chainId: ChainId;
  readonly diffId: Digest;
  readonly parent: ChainId | null;
  /** How many images are thought to stand on it, and how many do at the same moment. */
  readonly counted: number;
  readonly images: number;
  /** Work under way needs it, or it came or lost its last owner while the facts were read. */
  readonly held: boolean;
  /** Why its tar can't be made again; null where it is what it was. */
  readonly problem: string | null;
}

export interface BlobFacts {
  readonly digest: Digest;
  /** Its bytes have that digest. */
  readonly whole: boolean;
  /** The same of a blob. */
  readonly pinned: boolean;
}

export interface FilesystemFacts {
  readonly id: string;
  readonly parent: ChainId | null;
}

export interface StoreFacts {
  readonly images: readonly ImageFacts[];
  readonly layers: readonly LayerFacts[];
  readonly blobs: readonly BlobFacts[];
  /** In which compressed forms layers are known. */
  readonly sources: readonly { readonly diffId: Digest; readonly blobs: readonly Digest[] }[];
  /** Names whose image was missing at start. */
  readonly lostNames: readonly { readonly name: string; readonly image: Digest }[];
  readonly filesystems: readonly FilesystemFacts[];
  /** `name` is the container's. */
  readonly owned: readonly { readonly id: string; readonly name: string; readonly needed: boolean }[];
  /** Images were coming or going at the first look: what belongs to nobody then is not told from what does soon. */
  readonly busy: boolean;
  /** No container is being made or removed. */
  readonly settled: boolean;
  readonly storage: readonly StorageFault[];
}
