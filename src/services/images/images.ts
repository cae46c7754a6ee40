import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Remote } from '../../drivers/remote/contract.ts';
import type { BlobStore, IncomingBlobs, RecordStore, ScratchSpace } from '../../drivers/state/contract.ts';
import type { ChainId, StorageDriver } from '../../drivers/storage/contract.ts';
import { messageOf } from '../../errors/minke-error.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Filters } from '../../kit/filters/filters.ts';
import type { Logger } from '../../kit/log/logger.ts';
import { type Digest, isDigest } from '../../wire/digest.ts';
import type { RegistryCredentials } from '../../wire/registry/auth-header.ts';
import type { Events } from '../events/contract.ts';
import { ImageCatalog, type ImageRecord } from './catalog.ts';
import { checkStore } from './check/check.ts';
import { commitImage } from './commit.ts';
import type {
  CheckOptions,
  CommitRequest,
  ImageListQuery,
  Images,
  ProgressMessage,
  PullRequest,
  PushRequest,
  ResolvedImage,
  SearchQuery,
} from './contract.ts';
import { inspectDistribution } from './distribution.ts';
import { emitted } from './emitted.ts';
import { findImage } from './find.ts';
import { collectImages, type DiskSpace } from './gc/collect.ts';
import { LastUse } from './gc/last-use.ts';
import type { GcRules } from './gc/rules.ts';
import { imageHistory } from './history.ts';
import { ImageBlobs } from './image-blobs.ts';
import { type ImportOptions, importImage } from './import.ts';
import { inspectImage } from './inspect.ts';
import { type LayerSource, LayerSources } from './layer-sources.ts';
import { ImageLayers } from './layers.ts';
import { listImages } from './list.ts';
import { loadImages } from './load/load.ts';
import { ImageNames, type NamesRecord } from './names.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { ImageParts, ImagePlatform, ImageUse } from './parts.ts';
import { platformOf } from './platform/of-image.ts';
import { pruneImages } from './prune.ts';
import { pullImages } from './pull/pull.ts';
import { type UnfinishedPull, UnfinishedPulls } from './pull/unfinished.ts';
import { pushImages } from './push/push.ts';
import { listReferrers } from './referrers.ts';
import { removeImage } from './remove.ts';
import { saveImages } from './save/save.ts';
import { searchImages } from './search.ts';
import { tagImage } from './tag.ts';
import { type BlobPolicy, type TransferLimits, Transfers } from './transfer/transfers.ts';

export interface ImageServiceOptions {
  /** `<data-root>/image/blobs` */
  readonly blobs: BlobStore;
  /** `<data-root>/image/metadata/<hex>.json`; schema `ImageRecordSchema`. */
  readonly records: RecordStore<ImageRecord>;
  /** `<data-root>/image/repositories.json`; schema `NamesSchema`. */
  readonly names: RecordStore<NamesRecord>;
  /** `<data-root>/tmp` */
  readonly scratch: ScratchSpace;
  /** Beside `blobs`. */
  readonly incoming: IncomingBlobs;
  /** `<data-root>/image/sources/<hex>.json`; schema `LayerSourceSchema`. */
  readonly sources: RecordStore<LayerSource>;
  /** `<data-root>/image/unfinished/<hex>.json`; schema `UnfinishedPullSchema`. */
  readonly unfinished: RecordStore<UnfinishedPull>;
  readonly remote: Remote;
  /** Read at each operation. */
  readonly limits: () => TransferLimits;
  readonly blobPolicy: () => BlobPolicy;
  /** Null: nothing goes by itself. */
  readonly gcRules: () => GcRules | null;
  readonly diskSpace: DiskSpace;
  readonly storage: StorageDriver;
  readonly events: Events;
  readonly log: Logger;
  /** This machine's. */
  readonly platform: ImagePlatform;
  readonly decompressor?: ExternalDecompressor;
  readonly now?: () => Date;
  /** Between tries. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export class ImageService implements Images {
  readonly #parts: ImageParts;
  readonly #gcRules: () => GcRules | null;
  readonly #diskSpace: DiskSpace;
  #collecting: Promise<void> | undefined;
  readonly #log: Logger;
  readonly #prunes = new OneAtATime('a prune operation');
  readonly #checks = new OneAtATime('a check of the store');
  /** Operations under way that make or remove images and layers. */
  #changing = 0;
  #usedBy: (image: Digest) => readonly ImageUse[] = () => [];

  constructor(options: ImageServiceOptions) {
    const layers = new ImageLayers(options.storage);
    this.#log = options.log;
    this.#gcRules = options.gcRules;
    this.#diskSpace = options.diskSpace;
    const catalog = new ImageCatalog({ blobs: options.blobs, records: options.records, layers });
    const now = options.now ?? (() => new Date());
    this.#parts = {
      catalog,
      unfinished: new UnfinishedPulls(options.unfinished, layers, now),
      lastUse: new LastUse(catalog, now, options.log),
      names: new ImageNames(options.names),
      layers,
      blobs: new ImageBlobs(options.blobs),
      sources: new LayerSources(options.sources),
      remote: options.remote,
      transfers: new Transfers(options.incoming, options.limits),
      limits: options.limits,
      blobPolicy: options.blobPolicy,
      storage: options.storage,
      scratch: options.scratch,
      events: options.events,
      platform: options.platform,
      ...(options.decompressor === undefined ? {} : { decompressor: options.decompressor }),
      now,
      wait: options.wait ?? ((milliseconds, signal) => pause(milliseconds, undefined, { signal })),
      log: options.log,
      usedBy: (image) => this.#usedBy(image),
    };
  }

  /** At start, after the storage driver's: reads what is on disk and removes layers that nobody needs. */
  async restore(): Promise<void> {
    const { catalog, names, layers, sources, blobs, unfinished } = this.#parts;
    const warnings = [
      ...(await catalog.load()),
      ...(await sources.load()),
      ...(await unfinished.load()),
      ...(await names.load((id) => catalog.get(id) !== undefined)),
    ];
    for (const warning of warnings) this.#log.warn('images', { problem: warning });
    if (warnings.length > 0)
      this.#log.warn('the store of images is damaged: `minke system check --repair` puts it right');
    // With an image that can't be read, its layers are better kept until somebody has looked.
    const removed = warnings.length > 0 ? 0 : await layers.collectAll();
    if (warnings.length === 0) await blobs.sweep(this.#parts);
    if (removed > 0) this.#log.info('layers without an image were removed', { count: removed });
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    this.#changing++;
    try {
      return await work();
    } finally {
      this.#changing--;
    }
  }

  /** The same for what brings bytes: the disk may be above its mark afterwards. Nobody waits for that. */
  async #bring<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#change(work);
    } finally {
      void this.collectUnused();
    }
  }

  used(image: string): void {
    if (isDigest(image)) this.#parts.lastUse.mark(image);
  }

  collectUnused(): Promise<void> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  async #collect(): Promise<void> {
    const rules = this.#gcRules();
    if (rules === null) return;
    try {
      await this.#change(() => collectImages(this.#parts, rules, this.#diskSpace));
    } catch (error) {
      this.#log.warn('unused images could not be removed', { error: messageOf(error) });
    }
  }

  async resolve(reference: string, platform?: ImagePlatform): Promise<ResolvedImage> {
    const entry = findImage(this.#parts, reference, platform);
    const { id, config, chain } = entry;
    return { id, config, topLayer: chain.at(-1) ?? null, platform: platformOf(entry) };
  }

  setUse(usedBy: (image: Digest) => readonly ImageUse[]): void {
    this.#usedBy = usedBy;
  }

  async list(query: ImageListQuery): ReturnType<Images['list']> {
    return listImages(this.#parts, query);
  }

  async inspect(...args: Parameters<Images['inspect']>): ReturnType<Images['inspect']> {
    return inspectImage(this.#parts, ...args);
  }

  async history(reference: string, platform?: ImagePlatform): ReturnType<Images['history']> {
    return imageHistory(this.#parts, reference, platform);
  }

  async tag(reference: string, repo: string, tag: string): Promise<void> {
    return tagImage(this.#parts, reference, repo, tag);
  }

  async remove(reference: string, options: Parameters<Images['remove']>[1]): ReturnType<Images['remove']> {
    return this.#change(async () => {
      try {
        return await removeImage(this.#parts, reference, options);
      } finally {
        await this.#parts.blobs.sweep(this.#parts);
      }
    });
  }

  async prune(filters: Filters): ReturnType<Images['prune']> {
    return this.#prunes.run(() =>
      this.#change(async () => {
        try {
          for (const chain of await this.#parts.unfinished.dropAll()) await this.#parts.layers.collect(chain);
          return await pruneImages(this.#parts, filters, await this.#parts.transfers.dropParts());
        } finally {
          await this.#parts.blobs.sweep(this.#parts);
        }
      }),
    );
  }

  async save(
    references: readonly string[],
    options: Parameters<Images['save']>[1] = {},
    signal?: AbortSignal,
  ): Promise<Readable> {
    return saveImages(this.#parts, references, options, signal);
  }

  pull(request: PullRequest, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted((emit, stop) => this.#bring(() => pullImages(this.#parts, request, emit, stop)), signal);
  }

  push(request: PushRequest, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted((emit, stop) => pushImages(this.#parts, request, emit, stop), signal);
  }

  login(credentials: RegistryCredentials, signal: AbortSignal): Promise<string> {
    return this.#parts.remote.login(credentials, signal);
  }

  async distribution(
    reference: string,
    credentials: RegistryCredentials,
    signal: AbortSignal,
  ): ReturnType<Images['distribution']> {
    return inspectDistribution(this.#parts, reference, credentials, signal);
  }

  async referrers(...args: Parameters<Images['referrers']>): ReturnType<Images['referrers']> {
    return listReferrers(this.#parts, ...args);
  }

  async search(
    query: SearchQuery,
    credentials: RegistryCredentials,
    signal: AbortSignal,
  ): ReturnType<Images['search']> {
    return searchImages(this.#parts, query, credentials, signal);
  }

  load(
    tar: Readable,
    options: Parameters<Images['load']>[1],
    signal?: AbortSignal,
  ): AsyncIterable<ProgressMessage> {
    return emitted((emit, stop) => {
      const how = { ...options, emit, signal: stop };
      return this.#bring(() => loadImages(this.#parts, tar, how));
    }, signal);
  }

  import(tar: Readable, options: ImportOptions, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted(
      (emit, stop) => this.#bring(() => importImage(this.#parts, tar, options, emit, stop)),
      signal,
    );
  }

  async commit(request: CommitRequest): Promise<Digest> {
    return this.#bring(() => commitImage(this.#parts, request));
  }

  async collect(topLayer: ChainId | null): Promise<void> {
    const chain: ChainId[] = [];
    for (let next = topLayer; next !== null; ) {
      if (this.#parts.layers.imagesOn(next) > 0) break;
      chain.unshift(next);
      next = (await this.#parts.layers.info(next))?.parent ?? null;
    }
    if (chain.length > 0) await this.#change(() => this.#parts.layers.collect(chain));
  }

  check(options: CheckOptions, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted(
      (emit, stop) =>
        this.#checks.run(() =>
          checkStore(this.#parts, { ...options, changing: () => this.#changing > 0 }, emit, stop),
        ),
      signal,
    );
  }

  async count(): Promise<number> {
    return this.#parts.catalog.count;
  }

  async layersSize(): Promise<number> {
    const layers = await this.#parts.storage.layers();
    return layers.reduce((sum, { size }) => sum + size, 0);
  }
}
