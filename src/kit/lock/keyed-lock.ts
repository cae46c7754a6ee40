import { Lock } from './lock.ts';

/** A lock for each key; keys that nobody waits for cost nothing. */
export class KeyedLock {
  readonly #locks = new Map<string, { readonly lock: Lock; waiting: number }>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const entry = this.#locks.get(key) ?? { lock: new Lock(), waiting: 0 };
    this.#locks.set(key, entry);
    entry.waiting++;
    try {
      return await entry.lock.run(work);
    } finally {
      entry.waiting--;
      if (entry.waiting === 0) this.#locks.delete(key);
    }
  }
}
