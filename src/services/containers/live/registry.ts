import { conflict, invalid, notFound } from '../../../errors/minke-error.ts';
import { randomName } from '../create/names.ts';
import type { LiveContainer } from './container.ts';

/** All containers, by id and by name. A name is taken before the container is there. */
export class Registry {
  readonly #byId = new Map<string, LiveContainer>();
  /** Name to id. */
  readonly #names = new Map<string, string>();
  /** Removed ones whose files are still there. */
  readonly #leaving = new Set<string>();

  add(container: LiveContainer): void {
    this.#byId.set(container.id, container);
    this.#names.set(container.name, container.id);
  }

  remove(container: LiveContainer): void {
    this.#byId.delete(container.id);
    this.releaseName(container.name, container.id);
  }

  /** Its files go after it has gone. */
  leave(id: string): void {
    this.#leaving.add(id);
  }

  /** Its files are gone, or stay for the next start. */
  left(id: string): void {
    this.#leaving.delete(id);
  }

  /** Whether no container is coming, with a name and no record yet, or going, with files and no record any more. */
  get settled(): boolean {
    return this.#leaving.size === 0 && [...this.#names.values()].every((id) => this.#byId.has(id));
  }

  /** Takes a name for an id. @throws conflict */
  takeName(name: string, id: string): void {
    const owner = this.#names.get(name);
    if (owner !== undefined && owner !== id) {
      throw conflict(
        `Conflict. The container name ${JSON.stringify(`/${name}`)} is already in use by container "${owner}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    }
    this.#names.set(name, id);
  }

  takeRandomName(id: string): string {
    for (let attempt = 0; attempt < 8; attempt++) {
      const name = randomName(attempt);
      if (this.#names.has(name)) continue;
      this.#names.set(name, id);
      return name;
    }
    const name = id.slice(0, 12);
    this.takeName(name, id);
    return name;
  }

  releaseName(name: string, id: string): void {
    if (this.#names.get(name) === id) this.#names.delete(name);
  }

  byId(id: string): LiveContainer | undefined {
    return this.#byId.get(id);
  }

  /** Full id, then name, then unique prefix: a name can't take the place of an id (CVE-2014-5278). */
  find(ref: string): LiveContainer | undefined {
    const exact = this.#byId.get(ref);
    if (exact !== undefined) return exact;
    const named = this.#names.get(ref.startsWith('/') ? ref.slice(1) : ref);
    const owner = named === undefined ? undefined : this.#byId.get(named);
    if (owner !== undefined) return owner;
    if (ref === '' || !/^[a-f0-9]+$/.test(ref)) return undefined;
    const matches = [...this.#byId.keys()].filter((id) => id.startsWith(ref));
    if (matches.length > 1) {
      throw invalid(`Multiple IDs found with provided prefix: ${ref}`);
    }
    return this.#byId.get(matches[0] ?? '');
  }

  /** @throws not-found "No such container: …" */
  get(ref: string): LiveContainer {
    const found = this.find(ref);
    if (found === undefined) throw notFound(`No such container: ${ref}`);
    return found;
  }

  /** Newest first. */
  all(): LiveContainer[] {
    const created = ({ record }: LiveContainer) => record.created;
    // Times of one length and zone sort as text; the shorter ones lack only zeros.
    return [...this.#byId.values()].sort((a, b) => (timeKey(created(a)) < timeKey(created(b)) ? 1 : -1));
  }
}

const timeKey = (time: string): string => {
  const [whole = '', decimals = ''] = time.replace('Z', '').split('.');
  return `${whole}.${decimals.padEnd(9, '0')}`;
};
