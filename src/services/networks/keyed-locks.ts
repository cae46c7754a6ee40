import { Lock } from '../../kit/lock/lock.ts';

/** One lock a key; keys that nobody waits for are forgotten. */
export class KeyedLocks {
  readonly #locks = new Map<string, { readonly lock: Lock; users: number }>();

  busy(key: string): boolean {
    return this.#locks.has(key);
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const slot = this.#locks.get(key) ?? { lock: new Lock(), users: 0 };
    this.#locks.set(key, slot);
    slot.users += 1;
    try {
      return await slot.lock.run(work);
    } finally {
      slot.users -= 1;
      if (slot.users === 0) this.#locks.delete(key);
    }
  }
}
