import * as v from 'valibot';
import type { RecordStore } from '../../../drivers/state/contract.ts';
import type { ChainId } from '../../../drivers/storage/contract.ts';
import { type Digest, hexOf } from '../../../wire/digest.ts';
import { DigestSchema } from '../../../wire/oci-image.ts';
import type { ImageLayers } from '../layers.ts';

export const UnfinishedPullSchema = v.object({
  /** Bottom first. */
  chain: v.array(DigestSchema),
  /** Unix milliseconds of the last try. */
  tried: v.number(),
});
export type UnfinishedPull = v.InferOutput<typeof UnfinishedPullSchema>;

/** What nobody has gone on with for so long goes at the next start, in milliseconds; so do parts of blobs. */
const LIFE = 7 * 24 * 3600 * 1000;

/** Layers of pulls and loads that were cut short, by a cancel or by the end of the daemon: they stay for the next try. */
export class UnfinishedPulls {
  readonly #records: RecordStore<UnfinishedPull>;
  readonly #layers: ImageLayers;
  readonly #now: () => Date;
  readonly #open = new Map<string, { readonly chain: readonly ChainId[]; readonly release: () => void }>();

  /** @param records key: hex digits of the image's id */
  constructor(records: RecordStore<UnfinishedPull>, layers: ImageLayers, now: () => Date) {
    this.#records = records;
    this.#layers = layers;
    this.#now = now;
  }

  /** At start, before layers that nobody needs go. Answers warnings. */
  async load(): Promise<string[]> {
    const { records, warnings } = await this.#records.load();
    for (const [key, { chain, tried }] of records)
      if (tried + LIFE < this.#now().getTime()) await this.#records.delete(key);
      else this.#hold(key, chain);
    return warnings;
  }

  /** From here on what is made of the chain outlives a crash. */
  async begin(image: Digest, chain: readonly ChainId[]): Promise<void> {
    const key = hexOf(image);
    this.#hold(key, chain);
    await this.#records.put(key, { chain: [...chain], tried: this.#now().getTime() });
  }

  /** The image is there, or nothing of it is worth keeping. */
  async end(image: Digest): Promise<void> {
    await this.#forget(hexOf(image));
  }

  /** Lets go of all; those that are under way hold their layers themselves. Answers the chains. */
  async dropAll(): Promise<(readonly ChainId[])[]> {
    const chains = [...this.#open.values()].map(({ chain }) => chain);
    for (const key of [...this.#open.keys()]) await this.#forget(key);
    return chains;
  }

  #hold(key: string, chain: readonly ChainId[]): void {
    if (!this.#open.has(key)) this.#open.set(key, { chain, release: this.#layers.hold(chain) });
  }

  async #forget(key: string): Promise<void> {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    open.release();
    await this.#records.delete(key);
  }
}
