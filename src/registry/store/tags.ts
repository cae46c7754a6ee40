import type { Digest } from '../../wire/digest.ts';
import { isTagName, type RepositoryName, type TagName } from '../names.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import { readLink, writeLink } from './links.ts';
import { paths } from './paths.ts';

export interface TagRecord {
  readonly tag: TagName;
  readonly digest: Digest;
  /** Unix milliseconds at which the tag was last pushed. */
  readonly pushed: number;
}

/** Names for manifests, that may be given anew. */
export class Tags {
  readonly #storage: RegistryStorage;

  constructor(storage: RegistryStorage) {
    this.#storage = storage;
  }

  resolve(name: RepositoryName, tag: TagName): Promise<Digest | null> {
    return readLink(this.#storage, paths.tagCurrent(name, tag));
  }

  /** What the tag meant stays listed beside it, where other readers of the layout look for it. */
  async set(name: RepositoryName, tag: TagName, digest: Digest): Promise<void> {
    await writeLink(this.#storage, paths.tagIndex(name, tag, digest), digest);
    await writeLink(this.#storage, paths.tagCurrent(name, tag), digest);
  }

  /** False where there was no such tag. */
  async remove(name: RepositoryName, tag: TagName): Promise<boolean> {
    const was = await this.#storage.remove(paths.tagCurrent(name, tag));
    await this.#storage.removeFolder(paths.tag(name, tag));
    return was;
  }

  /** In the order of the bytes. */
  async list(name: RepositoryName): Promise<TagName[]> {
    const entries = await this.#storage.list(paths.tags(name));
    return entries.map((entry) => entry.name).filter(isTagName);
  }

  async record(name: RepositoryName, tag: TagName): Promise<TagRecord | null> {
    const digest = await this.resolve(name, tag);
    const stat = await this.#storage.stat(paths.tagCurrent(name, tag));
    return digest === null || stat === null ? null : { tag, digest, pushed: stat.modified };
  }

  async records(name: RepositoryName): Promise<TagRecord[]> {
    const records: TagRecord[] = [];
    for (const tag of await this.list(name)) {
      const record = await this.record(name, tag);
      if (record !== null) records.push(record);
    }
    return records;
  }
}
