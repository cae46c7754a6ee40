import type { BlobStore } from '../../drivers/state/contract.ts';
import type { StorageDriver } from '../../drivers/storage/contract.ts';
import type { Digest } from '../../wire/digest.ts';
import type { ImageCatalog } from './catalog.ts';
import type { LayerSources } from './layer-sources.ts';

interface Owners {
  readonly catalog: ImageCatalog;
  readonly sources: LayerSources;
  readonly storage: StorageDriver;
}

/** Which blobs are needed: configs, manifests and indexes of images, compressed layers of layers that are there. */
export class ImageBlobs {
  readonly store: BlobStore;
  readonly #pins = new Map<Digest, number>();

  constructor(store: BlobStore) {
    this.store = store;
  }

  /** Keeps blobs that nobody owns yet until the answer is called. */
  pin(digests: readonly Digest[]): () => void {
    for (const digest of digests) this.#pins.set(digest, (this.#pins.get(digest) ?? 0) + 1);
    let pinned = true;
    return () => {
      if (!pinned) return;
      pinned = false;
      for (const digest of digests) {
        const count = (this.#pins.get(digest) ?? 0) - 1;
        if (count > 0) this.#pins.set(digest, count);
        else this.#pins.delete(digest);
      }
    };
  }

  /** Removes what nobody needs, and forgets where layers came from that are there no more. */
  async sweep({ catalog, sources, storage }: Owners): Promise<void> {
    await catalog.exclusively(async () => {
      const diffIds = new Set((await storage.layers()).map(({ diffId }) => diffId));
      for (const { diffId, blobs } of [...sources.all()])
        if (!diffIds.has(diffId) && !blobs.some(({ digest }) => this.#pins.has(digest)))
          await sources.forget(diffId);
      const needed = neededBlobs({ catalog, sources });
      const listed = await this.store.list();
      for (const { digest } of listed.filter((blob) => !needed.has(blob.digest))) {
        // An image may have got its manifest meanwhile, and what pinned that has let go of it.
        if (this.#pins.has(digest) || neededBlobs({ catalog, sources }).has(digest)) continue;
        await this.store.delete(digest);
      }
    });
  }

  /** By how much work under way it is pinned. */
  pinsOn(digest: Digest): number {
    return this.#pins.get(digest) ?? 0;
  }
}

/** Those that an image or a known form of a layer names. */
export function neededBlobs({ catalog, sources }: Omit<Owners, 'storage'>): Set<Digest> {
  const needed = new Set<Digest>();
  for (const { id, record } of [...catalog.all(), ...catalog.broken()]) {
    needed.add(id);
    for (const { digest, index } of record.manifests ?? []) {
      needed.add(digest);
      if (index !== undefined) needed.add(index);
    }
  }
  for (const { blobs } of sources.all()) for (const { digest } of blobs) needed.add(digest);
  return needed;
}
