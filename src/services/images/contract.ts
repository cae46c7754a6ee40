/** Images as the API and the container service need them. The id of an image is the digest of its config. */
import type { Readable } from 'node:stream';
import type { ChainId } from '../../drivers/storage/contract.ts';
import type { Digest } from '../../wire/digest.ts';
import type {
  DistributionInspect,
  ImageDeleteResponseItem,
  ImageHistoryResponseItem,
  ImageInspect,
  ImageSummary,
} from '../../wire/generated/engine-api.ts';
import type { ImageConfig } from '../../wire/oci-image.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { ContainerFilesystems } from '../containers/contract.ts';
import type { ImagePlatform } from './parts.ts';

export interface ResolvedImage {
  readonly id: Digest;
  readonly config: ImageConfig;
  /** Null for an image without layers (`FROM scratch`). */
  readonly topLayer: ChainId | null;
  readonly platform: ImagePlatform;
}

export interface ImageListQuery {
  readonly all: boolean;
  readonly digests: boolean;
  readonly sharedSize: boolean;
  readonly manifests: boolean;
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** One line of Docker's progress stream (`{"status":…,"id":…,"progressDetail":…}`). */
export type ProgressMessage = Readonly<Record<string, unknown>>;

export interface CommitRequest {
  readonly container: string;
  readonly repo?: string;
  readonly tag?: string;
  readonly comment: string;
  readonly author: string;
  /** The new image's config, changes already applied. */
  readonly config: NonNullable<ImageConfig['config']>;
  readonly parent: Digest | null;
  /** Of the new history entry; the config's command where undefined. */
  readonly createdBy?: string;
  /** The writable layer (`StorageDriver.diffTar`). */
  readonly layer: Readable;
}

export interface PullRequest {
  /** Name as the client wrote it, with or without tag or digest. */
  readonly image: string;
  /** Tag or digest; wins over that of the name. A name with neither stands for all tags. */
  readonly tag?: string;
  /** `os[/arch[/variant]]`; this machine's where undefined. */
  readonly platform?: string;
  readonly credentials: RegistryCredentials;
}

export interface PushRequest {
  /** Name as the client wrote it, maybe with a tag. */
  readonly image: string;
  /** Wins over that of the name; without either all tags go. */
  readonly tag?: string;
  /** Only this platform of an image that is here for several. */
  readonly platform?: ImagePlatform;
  /** Also what refers to it at the registries that it came from. */
  readonly referrers?: boolean;
  /** For the registry that is pushed to. */
  readonly credentials: RegistryCredentials;
  /** For others, by domain, where something of the image has to be fetched from them first. */
  readonly sourceCredentials?: ReadonlyMap<string, RegistryCredentials>;
}

export interface SearchQuery {
  /** `term`, or `registry/term`. */
  readonly term: string;
  readonly limit: number;
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** A hit of a search, with the API's names. */
export interface SearchHit {
  readonly name: string;
  readonly description: string;
  readonly star_count: number;
  readonly is_official: boolean;
  readonly is_automated: boolean;
}

export interface CheckOptions {
  /** Remove what belongs to nobody, drop what is damaged, make anew or fetch again what can be. */
  readonly repair: boolean;
  /** Asked at the beginning, at the end, and before anything of theirs is removed. */
  readonly containers: () => ContainerFilesystems;
}

/** What refers to a manifest at its registry. */
export interface ReferrerList {
  /** Digest of that manifest or index. */
  readonly subject: Digest;
  readonly referrers: readonly {
    readonly digest: Digest;
    readonly mediaType: string;
    /** Bytes. */
    readonly size: number;
    /** '' where it does not say. */
    readonly artifactType: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

export interface Images {
  /** At start, after the storage driver's: reads what is on disk and removes layers that nobody needs. */
  restore(): Promise<void>;
  /**
   * By id, unique id prefix, or reference (default tag `latest`). `not-found`: "No such image: <ref>".
   * @param platform which one of a name that has several; whoever asks judges whether the answer is for it
   */
  resolve(reference: string, platform?: ImagePlatform): Promise<ResolvedImage>;
  /** A container holds the image: `remove` says conflict while it does. Told by the container service. */
  setUse(usedBy: (image: Digest) => readonly { container: string; running: boolean }[]): void;

  list(query: ImageListQuery): Promise<ImageSummary[]>;
  /** `not-found` where the image is for another platform. */
  inspect(
    reference: string,
    options?: { readonly platform?: ImagePlatform; readonly manifests?: boolean },
  ): Promise<ImageInspect>;
  history(reference: string, platform?: ImagePlatform): Promise<ImageHistoryResponseItem[]>;
  /** A name that has several platforms is given on with all of them. */
  tag(reference: string, repo: string, tag: string): Promise<void>;
  remove(
    reference: string,
    options: {
      readonly force: boolean;
      readonly noPrune: boolean;
      /** Only these of a name that has several. */
      readonly platforms?: readonly ImagePlatform[];
    },
  ): Promise<ImageDeleteResponseItem[]>;
  prune(
    filters: ReadonlyMap<string, readonly string[]>,
  ): Promise<{ deleted: ImageDeleteResponseItem[]; spaceReclaimed: number }>;

  /** Yields Docker's progress; a failure throws, before the first message where the registry has no such image. */
  pull(request: PullRequest, signal?: AbortSignal): AsyncIterable<ProgressMessage>;

  /** Yields Docker's progress, the result in an `aux` message; a failure throws. */
  push(request: PushRequest, signal?: AbortSignal): AsyncIterable<ProgressMessage>;
  /** Answers the token to keep in place of the password, '' where the registry gives none. */
  login(credentials: RegistryCredentials, signal: AbortSignal): Promise<string>;
  /** What the registry has under that name. */
  distribution(
    reference: string,
    credentials: RegistryCredentials,
    signal: AbortSignal,
  ): Promise<DistributionInspect>;
  /** What refers to that name's manifest at its registry. */
  referrers(reference: string, credentials: RegistryCredentials, signal: AbortSignal): Promise<ReferrerList>;
  search(query: SearchQuery, credentials: RegistryCredentials, signal: AbortSignal): Promise<SearchHit[]>;

  /**
   * docker-archive with an OCI layout in it, as `docker save` of 25 and later writes. Layers of the diff ids `without`
   * are named and not in it: for an engine that has them. A name that has several platforms goes as the index that it
   * came by, to the byte where its layers can still be had so; `platform` takes one of them.
   */
  save(
    references: readonly string[],
    options?: { readonly without?: readonly string[]; readonly platform?: ImagePlatform },
    signal?: AbortSignal,
  ): Promise<Readable>;
  /**
   * Docker-archive or OCI layout; plain, gzip, zstd. Yields progress; a failure throws. Of an index all platforms that
   * the archive has, or the given one.
   */
  load(
    tar: Readable,
    options: { readonly quiet: boolean; readonly platform?: ImagePlatform },
    signal?: AbortSignal,
  ): AsyncIterable<ProgressMessage>;
  /**
   * A root filesystem tar (plain, gzip, zstd) becomes an image of one layer. `changes` are Dockerfile lines; `source` is
   * `-` for the tar that is given, or an address of the web to fetch it from.
   */
  import(
    tar: Readable,
    options: {
      repo?: string;
      tag?: string;
      message: string;
      changes: readonly string[];
      platform?: string;
      source: string;
    },
    signal?: AbortSignal,
  ): AsyncIterable<ProgressMessage>;
  commit(request: CommitRequest): Promise<Digest>;

  /**
   * To be called when a container's filesystem has been removed: takes away the layers below it, from the given top
   * down, which neither an image nor another container needs (the image may be gone by force). Cheap where all are.
   */
  collect(topLayer: ChainId | null): Promise<void>;

  /**
   * Reads all that is stored and tells what is wrong: progress, then `aux` messages, one `Finding` each
   * (`{Kind,Subject,Problem,Repaired,Reason,Fetched,PullAgain}`), and a `Summary` of counts. `conflict` where one runs.
   */
  check(options: CheckOptions, signal?: AbortSignal): AsyncIterable<ProgressMessage>;

  /** A container was made of it or started: what counts for `collectUnused`. */
  used(image: string): void;
  /** Removes images that nobody uses where the disk is above its mark, by the settings. One run at a time. */
  collectUnused(): Promise<void>;

  count(): Promise<number>;
  /** Bytes of all layers once each. */
  layersSize(): Promise<number>;
}
