import * as v from 'valibot';
import type { RecordStore } from '../../drivers/state/contract.ts';
import { compressors } from '../../kit/compression/compressor.ts';
import { type Digest, hexOf } from '../../wire/digest.ts';
import { DigestSchema } from '../../wire/oci-image.ts';

const BlobSchema = v.object({
  digest: DigestSchema,
  /** Bytes. */
  size: v.number(),
  mediaType: v.string(),
  /** `localhost:5000/app`: repositories that have it; the newest first. */
  repositories: v.array(v.string()),
  /** We made it of the layer ourselves and can again, to the same bytes. */
  ours: v.optional(v.boolean()),
  /** By what, where it is ours; absent: zlib. */
  compressor: v.optional(v.picklist(compressors)),
});
export type LayerBlob = v.InferOutput<typeof BlobSchema>;

export const LayerSourceSchema = v.object({ diffId: DigestSchema, blobs: v.array(BlobSchema) });
export type LayerSource = v.InferOutput<typeof LayerSourceSchema>;

/** As many repositories of a blob as are worth asking for a mount. */
const MOST_REPOSITORIES = 16;
const MOST_BLOBS = 16;

/**
 * In which compressed forms a layer is known, and which registries have them: what need not be sent again, and where
 * a blob that was dropped can be had from.
 */
export class LayerSources {
  readonly #records: RecordStore<LayerSource>;
  readonly #byDiff = new Map<Digest, LayerSource>();

  /** @param records key: hex digits of the diff id */
  constructor(records: RecordStore<LayerSource>) {
    this.#records = records;
  }

  async load(): Promise<string[]> {
    const { records, warnings } = await this.#records.load();
    for (const source of records.values()) this.#byDiff.set(source.diffId, source);
    return warnings;
  }

  /** The newest first. */
  of(diffId: Digest): readonly LayerBlob[] {
    return this.#byDiff.get(diffId)?.blobs ?? [];
  }

  all(): IterableIterator<LayerSource> {
    return this.#byDiff.values();
  }

  async add(diffId: Digest, blob: Omit<LayerBlob, 'repositories'>, repository?: string): Promise<void> {
    const known = this.of(diffId);
    const before = known.find(({ digest }) => digest === blob.digest);
    const repositories = [
      ...(repository === undefined ? [] : [repository]),
      ...(before?.repositories ?? []).filter((name) => name !== repository),
    ].slice(0, MOST_REPOSITORIES);
    const origin = blob.ours ? blob : before;
    const made: LayerBlob = {
      ...blob,
      repositories,
      ...(origin?.ours && { ours: true, ...(origin.compressor && { compressor: origin.compressor }) }),
    };
    const blobs = [made, ...known.filter((other) => other !== before)].slice(0, MOST_BLOBS);
    await this.#put({ diffId, blobs });
  }

  /** That repository has it no longer. */
  async dropRepository(diffId: Digest, digest: Digest, repository: string): Promise<void> {
    const blobs = this.of(diffId).map((blob) =>
      blob.digest === digest
        ? { ...blob, repositories: blob.repositories.filter((name) => name !== repository) }
        : blob,
    );
    if (blobs.length > 0) await this.#put({ diffId, blobs });
  }

  async forget(diffId: Digest): Promise<void> {
    if (this.#byDiff.delete(diffId)) await this.#records.delete(hexOf(diffId));
  }

  async #put(source: LayerSource): Promise<void> {
    this.#byDiff.set(source.diffId, source);
    await this.#records.put(hexOf(source.diffId), source);
  }
}
