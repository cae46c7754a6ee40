import { isRepositoryName, type RepositoryName } from '../names.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import { paths, repositoriesFolder } from './paths.ts';

/** The names of all repositories, in order. Walked once, then kept up by whoever makes or removes one. */
export class Repositories {
  readonly #storage: RegistryStorage;
  #known: Promise<Set<RepositoryName>> | undefined;
  #sorted: RepositoryName[] | undefined;

  constructor(storage: RegistryStorage) {
    this.#storage = storage;
  }

  #names(): Promise<Set<RepositoryName>> {
    this.#known ??= this.#walk().catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  async #walk(): Promise<Set<RepositoryName>> {
    const found = new Set<RepositoryName>();
    const waiting = [''];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const folder = at === '' ? repositoriesFolder : `${repositoriesFolder}/${at}`;
      for (const entry of await this.#storage.list(folder)) {
        if (!entry.folder) continue;
        if (entry.name.startsWith('_')) {
          if (isRepositoryName(at)) found.add(at);
        } else waiting.push(at === '' ? entry.name : `${at}/${entry.name}`);
      }
    }
    return found;
  }

  /** In the order of the bytes. */
  async list(): Promise<readonly RepositoryName[]> {
    const names = await this.#names();
    this.#sorted ??= [...names].sort();
    return this.#sorted;
  }

  /** After something was written into it. */
  async add(name: RepositoryName): Promise<void> {
    const names = await this.#names();
    if (names.has(name)) return;
    names.add(name);
    this.#sorted = undefined;
  }

  async has(name: RepositoryName): Promise<boolean> {
    return (await this.#names()).has(name);
  }

  /** Forgets a repository of which nothing is left; whether it did. */
  async dropIfEmpty(name: RepositoryName): Promise<boolean> {
    if (!(await this.#isEmpty(name))) return false;
    (await this.#names()).delete(name);
    this.#sorted = undefined;
    // Who wrote into it between the look and now found it still known.
    if (await this.#isEmpty(name)) return true;
    await this.add(name);
    return false;
  }

  async #isEmpty(name: RepositoryName): Promise<boolean> {
    const left = await this.#storage.list(paths.repository(name));
    return !left.some((entry) => entry.name.startsWith('_'));
  }
}
