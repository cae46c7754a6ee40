import type { Readable } from 'node:stream';
import type { BlobStore, RecordStore, ScratchSpace } from '../../drivers/state/contract.ts';
import type { ChainId, StorageDriver } from '../../drivers/storage/contract.ts';
import type { ExternalDecompressor } from '../../kit/compression/decompress.ts';
import type { Filters } from '../../kit/filters/filters.ts';
import type { Logger } from '../../kit/log/logger.ts';
import type { Digest } from '../../wire/digest.ts';
import type { Events } from '../events/contract.ts';
import { ImageCatalog, type ImageRecord } from './catalog.ts';
import { commitImage } from './commit.ts';
import type { CommitRequest, ImageListQuery, Images, ProgressMessage, ResolvedImage } from './contract.ts';
import { emitted } from './emitted.ts';
import { findImage } from './find.ts';
import { imageHistory } from './history.ts';
import { type ImportOptions, importImage } from './import.ts';
import { inspectImage } from './inspect.ts';
import { ImageLayers } from './layers.ts';
import { listImages } from './list.ts';
import { loadImages } from './load/load.ts';
import { ImageNames, type NamesRecord } from './names.ts';
import type { ImageParts, ImagePlatform, ImageUse } from './parts.ts';
import { PruneGuard, pruneImages } from './prune.ts';
import { removeImage } from './remove.ts';
import { saveImages } from './save/save.ts';
import { tagImage } from './tag.ts';

export interface ImageServiceOptions {
  /** `<data-root>/image/blobs` */
  readonly blobs: BlobStore;
  /** `<data-root>/image/metadata/<hex>.json`; schema `ImageRecordSchema`. */
  readonly records: RecordStore<ImageRecord>;
  /** `<data-root>/image/repositories.json`; schema `NamesSchema`. */
  readonly names: RecordStore<NamesRecord>;
  /** `<data-root>/tmp` */
  readonly scratch: ScratchSpace;
  readonly storage: StorageDriver;
  readonly events: Events;
  readonly log: Logger;
  /** This machine's. */
  readonly platform: ImagePlatform;
  readonly decompressor?: ExternalDecompressor;
  readonly now?: () => Date;
}

export class ImageService implements Images {
  readonly #parts: ImageParts;
  readonly #log: Logger;
  readonly #prunes = new PruneGuard();
  #usedBy: (image: Digest) => readonly ImageUse[] = () => [];

  constructor(options: ImageServiceOptions) {
    const layers = new ImageLayers(options.storage);
    this.#log = options.log;
    this.#parts = {
      catalog: new ImageCatalog({ blobs: options.blobs, records: options.records, layers }),
      names: new ImageNames(options.names),
      layers,
      storage: options.storage,
      scratch: options.scratch,
      events: options.events,
      platform: options.platform,
      ...(options.decompressor === undefined ? {} : { decompressor: options.decompressor }),
      now: options.now ?? (() => new Date()),
      usedBy: (image) => this.#usedBy(image),
    };
  }

  /** At start, after the storage driver's: reads what is on disk and removes layers that nobody needs. */
  async restore(): Promise<void> {
    const { catalog, names, layers } = this.#parts;
    const warnings = [
      ...(await catalog.load()),
      ...(await names.load((id) => catalog.get(id) !== undefined)),
    ];
    for (const warning of warnings) this.#log.warn('images', { problem: warning });
    // With an image that can't be read, its layers are better kept until somebody has looked.
    const removed = warnings.length > 0 ? 0 : await layers.collectAll();
    if (removed > 0) this.#log.info('layers without an image were removed', { count: removed });
  }

  async resolve(reference: string): Promise<ResolvedImage> {
    const { id, config, chain } = findImage(this.#parts, reference);
    const { os, architecture, variant } = config;
    return {
      id,
      config,
      topLayer: chain.at(-1) ?? null,
      platform: { os, architecture, ...(variant ? { variant } : {}) },
    };
  }

  setUse(usedBy: (image: Digest) => readonly ImageUse[]): void {
    this.#usedBy = usedBy;
  }

  async list(query: ImageListQuery): ReturnType<Images['list']> {
    return listImages(this.#parts, query);
  }

  async inspect(reference: string): ReturnType<Images['inspect']> {
    return inspectImage(this.#parts, reference);
  }

  async history(reference: string): ReturnType<Images['history']> {
    return imageHistory(this.#parts, reference);
  }

  async tag(reference: string, repo: string, tag: string): Promise<void> {
    return tagImage(this.#parts, reference, repo, tag);
  }

  async remove(
    reference: string,
    options: { force: boolean; noPrune: boolean },
  ): ReturnType<Images['remove']> {
    return removeImage(this.#parts, reference, options);
  }

  async prune(filters: Filters): ReturnType<Images['prune']> {
    return this.#prunes.run(() => pruneImages(this.#parts, filters));
  }

  async save(references: readonly string[], signal?: AbortSignal): Promise<Readable> {
    return saveImages(this.#parts, references, signal);
  }

  load(tar: Readable, options: { quiet: boolean }, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted((emit, stop) => {
      return loadImages(this.#parts, tar, { quiet: options.quiet, emit, signal: stop });
    }, signal);
  }

  import(tar: Readable, options: ImportOptions, signal?: AbortSignal): AsyncIterable<ProgressMessage> {
    return emitted((emit, stop) => importImage(this.#parts, tar, options, emit, stop), signal);
  }

  async commit(request: CommitRequest): Promise<Digest> {
    return commitImage(this.#parts, request);
  }

  async collect(topLayer: ChainId | null): Promise<void> {
    const chain: ChainId[] = [];
    for (let next = topLayer; next !== null; ) {
      if (this.#parts.layers.imagesOn(next) > 0) break;
      chain.unshift(next);
      next = (await this.#parts.layers.info(next))?.parent ?? null;
    }
    if (chain.length > 0) await this.#parts.layers.collect(chain);
  }

  async count(): Promise<number> {
    return this.#parts.catalog.count;
  }

  async layersSize(): Promise<number> {
    const layers = await this.#parts.storage.layers();
    return layers.reduce((sum, { size }) => sum + size, 0);
  }
}
