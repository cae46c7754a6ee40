import type { ChainId, LayerInfo, StorageDriver } from '../../drivers/storage/contract.ts';
import { conflict, internal, isKind } from '../../errors/minke-error.ts';
import { Lock } from '../../kit/lock/lock.ts';

/**
 * Which layers are needed: by images, and by work under way. A layer that nobody needs goes when somebody lets go of
 * it. Taking and removing are told apart by one lock: what was found to be there stays there.
 */
export class ImageLayers {
  readonly #storage: StorageDriver;
  /** How many images stand on a chain. */
  readonly #images = new Map<ChainId, number>();
  readonly #holds = new Map<ChainId, number>();
  readonly #info = new Map<ChainId, LayerInfo>();
  readonly #lock = new Lock();

  constructor(storage: StorageDriver) {
    this.#storage = storage;
  }

  /** Null where it is absent. Layers never change, so what was learned once stays. */
  async info(chainId: ChainId): Promise<LayerInfo | null> {
    const known = this.#info.get(chainId);
    if (known !== undefined) return known;
    const info = await this.#storage.layer(chainId);
    if (info !== null) this.#info.set(chainId, info);
    return info;
  }

  /** Throws `internal` where a layer is missing. */
  async infos(chain: readonly ChainId[]): Promise<LayerInfo[]> {
    const found: LayerInfo[] = [];
    for (const chainId of chain) {
      const info = await this.info(chainId);
      if (info === null) throw internal(`layer ${chainId} does not exist`);
      found.push(info);
    }
    return found;
  }

  /** How many images stand on it. */
  imagesOn(chainId: ChainId): number {
    return this.#images.get(chainId) ?? 0;
  }

  /** By how much work under way it is held. */
  holdsOn(chainId: ChainId): number {
    return this.#holds.get(chainId) ?? 0;
  }

  /** Counts anew how many images stand on each. */
  recount(chains: Iterable<readonly ChainId[]>): void {
    this.#images.clear();
    for (const chain of chains) this.use(chain);
  }

  use(chain: readonly ChainId[]): void {
    for (const chainId of chain) this.#images.set(chainId, this.imagesOn(chainId) + 1);
  }

  unuse(chain: readonly ChainId[]): void {
    for (const chainId of chain) decrement(this.#images, chainId);
  }

  /** Keeps layers, also such as don't exist yet, until the answer is called. */
  hold(chain: readonly ChainId[]): () => void {
    for (const chainId of chain) this.#holds.set(chainId, (this.#holds.get(chainId) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const chainId of chain) decrement(this.#holds, chainId);
    };
  }

  /** Whether a layer that the caller holds is there, and so stays there. */
  exists(chainId: ChainId): Promise<boolean> {
    return this.#lock.run(async () => (await this.#storage.layer(chainId)) !== null);
  }

  /** For a layer that was added before it could be held. */
  async confirm(chainId: ChainId): Promise<void> {
    if (!(await this.exists(chainId))) throw conflict(`layer ${chainId} was removed meanwhile, try again`);
  }

  /** Removes those that nobody needs, from the top down; answers the removed ones. */
  collect(chain: readonly ChainId[]): Promise<ChainId[]> {
    return this.#lock.run(async () => {
      const removed: ChainId[] = [];
      for (const chainId of chain.toReversed()) {
        if (this.imagesOn(chainId) > 0 || this.#holds.has(chainId)) break;
        if (!(await this.#remove(chainId))) break;
        removed.push(chainId);
      }
      return removed;
    });
  }

  /** Removes all that nobody needs: what a crash left. */
  collectAll(): Promise<number> {
    return this.#lock.run(async () => {
      const layers = new Map((await this.#storage.layers()).map((info) => [info.chainId, info]));
      let removed = 0;
      // Children before parents: each round takes the tops away.
      for (let more = true; more; ) {
        more = false;
        const parents = new Set([...layers.values()].map(({ parent }) => parent));
        for (const chainId of [...layers.keys()]) {
          if (parents.has(chainId)) continue;
          layers.delete(chainId);
          more = true;
          if (this.imagesOn(chainId) > 0 || this.#holds.has(chainId)) continue;
          if (await this.#remove(chainId)) removed++;
        }
      }
      return removed;
    });
  }

  /** False where a container or another layer stands on it. */
  async #remove(chainId: ChainId): Promise<boolean> {
    try {
      await this.#storage.removeLayer(chainId);
    } catch (error) {
      if (isKind(error, 'conflict')) return false;
      throw error;
    }
    this.#info.delete(chainId);
    return true;
  }
}

function decrement(counts: Map<ChainId, number>, chainId: ChainId): void {
  const count = (counts.get(chainId) ?? 0) - 1;
  if (count > 0) counts.set(chainId, count);
  else counts.delete(chainId);
}
