import type { Entry, ObjectStat, OpenObject, RegistryStorage } from './contract.ts';

/** Objects up to this many bytes are kept. */
const SMALL = 64 << 10;

/**
 * Keeps small objects that were read (links, manifests) in memory. Every write and removal goes through here and
 * clears what it touches, key by key: what was removed from one repository is never answered from the memory of
 * another. Absence is not remembered.
 */
export class CachedStorage implements RegistryStorage {
  readonly #under: RegistryStorage;
  readonly #most: number;
  readonly #kept = new Map<string, Buffer>();
  /** Reads under way whose result may be kept: gone from here when somebody writes meanwhile. */
  readonly #reading = new Map<string, symbol>();
  #bytes = 0;

  /** @param most bytes of memory */
  constructor(under: RegistryStorage, most = 64 << 20) {
    this.#under = under;
    this.#most = most;
  }

  async read(key: string, limit: number): Promise<Buffer | null> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.length <= limit) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const mark = Symbol();
    this.#reading.set(key, mark);
    try {
      const bytes = await this.#under.read(key, limit);
      if (bytes !== null && bytes.length <= SMALL && this.#reading.get(key) === mark) this.#keep(key, bytes);
      return bytes;
    } finally {
      if (this.#reading.get(key) === mark) this.#reading.delete(key);
    }
  }

  #keep(key: string, bytes: Buffer): void {
    this.#forget(key);
    this.#kept.set(key, bytes);
    // The key and the entry weigh too.
    this.#bytes += bytes.length + key.length + 128;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#reading.delete(key);
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.length + key.length + 128;
  }

  /** Before and after: neither a read that began earlier nor one that began meanwhile may be kept. */
  async #change<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const key of keys) this.#forget(key);
    try {
      return await work();
    } finally {
      for (const key of keys) this.#forget(key);
    }
  }

  write(key: string, content: Uint8Array): Promise<void> {
    return this.#change([key], () => this.#under.write(key, content));
  }

  remove(key: string): Promise<boolean> {
    return this.#change([key], () => this.#under.remove(key));
  }

  move(from: string, to: string): Promise<void> {
    return this.#change([from, to], () => this.#under.move(from, to));
  }

  async removeFolder(folder: string): Promise<void> {
    const below = (): void => {
      for (const keys of [this.#kept, this.#reading])
        for (const key of keys.keys()) if (key.startsWith(`${folder}/`)) this.#forget(key);
    };
    below();
    try {
      await this.#under.removeFolder(folder);
    } finally {
      below();
    }
  }

  stat(key: string): Promise<ObjectStat | null> {
    return this.#under.stat(key);
  }
  open(key: string): Promise<OpenObject | null> {
    return this.#under.open(key);
  }
  list(folder: string): Promise<Entry[]> {
    return this.#under.list(folder);
  }
  beginUpload(key: string): Promise<void> {
    return this.#under.beginUpload(key);
  }
  uploadSize(key: string): Promise<number | null> {
    return this.#under.uploadSize(key);
  }
  append(key: string, at: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    return this.#under.append(key, at, content);
  }
  seal(key: string): Promise<void> {
    return this.#change([key], () => this.#under.seal(key));
  }
  abortUpload(key: string): Promise<void> {
    return this.#change([key], () => this.#under.abortUpload(key));
  }
  close(): Promise<void> {
    return this.#under.close();
  }
}
