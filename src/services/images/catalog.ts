import * as v from 'valibot';
import type { BlobStore, RecordStore } from '../../drivers/state/contract.ts';
import type { ChainId } from '../../drivers/storage/contract.ts';
import { messageOf } from '../../errors/minke-error.ts';
import { Lock } from '../../kit/lock/lock.ts';
import { nanosecondsOf } from '../../kit/time/rfc3339.ts';
import { chainIds, type Digest, hexOf, isDigest } from '../../wire/digest.ts';
import { parseImageConfig } from '../../wire/oci-document.ts';
import { DigestSchema, documentLimits, type ImageConfig } from '../../wire/oci-image.ts';
import type { ImageLayers } from './layers.ts';

/** A manifest that made this image, byte for byte among the blobs. */
const KeptManifestSchema = v.object({
  digest: DigestSchema,
  mediaType: v.string(),
  /** Bytes. */
  size: v.number(),
  /** The index that it was chosen from. */
  index: v.optional(DigestSchema),
});
export type KeptManifest = v.InferOutput<typeof KeptManifestSchema>;

/** What is kept of an image beside its config: what only this machine knows. */
export const ImageRecordSchema = v.object({
  parent: v.optional(DigestSchema),
  /** RFC 3339 */
  lastTagTime: v.optional(v.string()),
  /** RFC 3339, to the minute: pulled, made, named, or used for a container. */
  lastUsed: v.optional(v.string()),
  /** The newest first. */
  manifests: v.optional(v.array(KeptManifestSchema)),
});
export type ImageRecord = v.InferOutput<typeof ImageRecordSchema>;

export interface ImageEntry {
  readonly id: Digest;
  readonly config: ImageConfig;
  /** Bytes of the config as stored. */
  readonly configSize: number;
  /** Bottom first. */
  readonly chain: readonly ChainId[];
  /** Bytes of the files in all layers. */
  readonly size: number;
  /** Unix nanoseconds; null where the config doesn't say. */
  readonly created: bigint | null;
  readonly record: ImageRecord;
}

/** An image whose config or layers were missing at start: it can't be used, and what is left of it is kept. */
export interface BrokenImage {
  readonly id: Digest;
  readonly record: ImageRecord;
  readonly problem: string;
}

export interface CatalogOptions {
  /** `<data-root>/image/blobs` */
  readonly blobs: BlobStore;
  /** `<data-root>/image/metadata`, key: hex digits of the id. */
  readonly records: RecordStore<ImageRecord>;
  readonly layers: ImageLayers;
}

/** All images, in memory; an image exists when its record does. */
export class ImageCatalog {
  readonly #options: CatalogOptions;
  readonly #entries = new Map<Digest, ImageEntry>();
  readonly #broken = new Map<Digest, BrokenImage>();
  readonly #children = new Map<Digest, Set<Digest>>();
  /** Files of an image are made and removed one after the other. */
  readonly #lock = new Lock();

  constructor(options: CatalogOptions) {
    this.#options = options;
  }

  /** Answers warnings; images whose config or layers are missing are left out, their files stay. */
  async load(): Promise<string[]> {
    const { records, warnings } = await this.#options.records.load();
    for (const [key, record] of records) {
      const id = `sha256:${key}`;
      try {
        if (!isDigest(id)) throw new Error('its name is no digest');
        const bytes = await this.#options.blobs.read(id, documentLimits.config);
        if (bytes === null) throw new Error('its config is missing');
        this.#insert(await this.#entry(id, bytes, record));
      } catch (error) {
        const problem = messageOf(error);
        if (isDigest(id)) this.#broken.set(id, { id, record, problem });
        warnings.push(`image ${key} can't be used: ${problem}`);
      }
    }
    return warnings;
  }

  get(id: Digest): ImageEntry | undefined {
    return this.#entries.get(id);
  }

  all(): IterableIterator<ImageEntry> {
    return this.#entries.values();
  }

  broken(): IterableIterator<BrokenImage> {
    return this.#broken.values();
  }

  get count(): number {
    return this.#entries.size;
  }

  hasChildren(id: Digest): boolean {
    return this.#children.has(id);
  }

  /** Keeps an image whose layers are all there. Answers the known one where it is known already. */
  async add(config: Uint8Array, record: ImageRecord = {}): Promise<ImageEntry> {
    const { id } = parseImageConfig(config);
    return this.#lock.run(async () => {
      const known = this.#entries.get(id);
      if (known !== undefined) return known;
      const entry = await this.#entry(id, config, record);
      await this.#options.blobs.put(config, { digest: id });
      await this.#options.records.put(hexOf(id), record);
      this.#broken.delete(id);
      this.#insert(entry);
      return entry;
    });
  }

  /** Changes what this machine knows of the image. */
  async update(id: Digest, change: Partial<ImageRecord>): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const record = { ...entry.record, ...change };
    this.#unlink(entry);
    this.#link({ ...entry, record });
    await this.#options.records.put(hexOf(id), record);
  }

  /** Forgets the image at once; its layers are let go of, not removed. */
  async remove(id: Digest): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#unlink(entry);
    this.#options.layers.unuse(entry.chain);
    await this.#lock.run(async () => {
      if (this.#entries.has(id)) return;
      await this.#options.records.delete(hexOf(id));
      await this.#options.blobs.delete(id);
    });
  }

  /** Forgets what is left of one that can't be used. */
  async removeBroken(id: Digest): Promise<void> {
    await this.#lock.run(async () => {
      if (!this.#broken.delete(id)) return;
      await this.#options.records.delete(hexOf(id));
      await this.#options.blobs.delete(id);
    });
  }

  /** Forgets that it came by this manifest. */
  async dropManifest(id: Digest, digest: Digest): Promise<void> {
    const known = this.#entries.get(id)?.record.manifests ?? [];
    await this.update(id, {
      manifests: known.filter((other) => other.digest !== digest && other.index !== digest),
    });
  }

  /** Keeps that it came by this manifest; the newest counts first. */
  async addManifest(id: Digest, manifest: KeptManifest): Promise<void> {
    const known = this.#entries.get(id)?.record.manifests ?? [];
    const same = ({ digest, index }: KeptManifest): boolean =>
      digest === manifest.digest && index === manifest.index;
    const [first] = known;
    if (first !== undefined && same(first)) return;
    await this.update(id, { manifests: [manifest, ...known.filter((other) => !same(other))] });
  }

  /** While this runs no image comes or goes. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(work);
  }

  config(id: Digest): Promise<Buffer | null> {
    return this.#options.blobs.read(id, documentLimits.config);
  }

  async #entry(id: Digest, bytes: Uint8Array, record: ImageRecord): Promise<ImageEntry> {
    const parsed = parseImageConfig(bytes);
    if (parsed.id !== id) throw new Error(`its config is damaged (${parsed.id})`);
    const { config } = parsed;
    const chain = chainIds(config.rootfs.diff_ids);
    const infos = await this.#options.layers.infos(chain);
    const created = typeof config.created === 'string' ? (nanosecondsOf(config.created) ?? null) : null;
    const size = infos.reduce((sum, info) => sum + info.size, 0);
    return { id, config, configSize: bytes.length, chain, size, created, record };
  }

  #insert(entry: ImageEntry): void {
    this.#link(entry);
    this.#options.layers.use(entry.chain);
  }

  #link(entry: ImageEntry): void {
    this.#entries.set(entry.id, entry);
    const { parent } = entry.record;
    if (parent !== undefined)
      this.#children.set(parent, (this.#children.get(parent) ?? new Set()).add(entry.id));
  }

  #unlink(entry: ImageEntry): void {
    this.#entries.delete(entry.id);
    const { parent } = entry.record;
    const siblings = parent === undefined ? undefined : this.#children.get(parent);
    siblings?.delete(entry.id);
    if (parent !== undefined && siblings?.size === 0) this.#children.delete(parent);
  }
}
