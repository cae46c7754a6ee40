import { KeyedLock } from '../../kit/lock/keyed-lock.ts';
import { type Digest, isDigest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import type { RepositoryName } from '../names.ts';
import type { ObjectStat, OpenObject, RegistryStorage } from '../storage/contract.ts';
import { digestsIn, readLink, writeLink } from './links.ts';
import { algorithms, paths } from './paths.ts';
import type { Repositories } from './repositories.ts';
import type { Touches } from './touches.ts';

/**
 * Blobs, kept once for all repositories, and the links that say which repository has which. What makes a blob
 * reachable and what takes it away hold the same lock, one a digest.
 */
export class Blobs {
  readonly #storage: RegistryStorage;
  readonly #touches: Touches;
  readonly #repositories: Repositories;
  readonly #locks = new KeyedLock();

  constructor(storage: RegistryStorage, touches: Touches, repositories: Repositories) {
    this.#storage = storage;
    this.#touches = touches;
    this.#repositories = repositories;
  }

  unknown(digest: Digest): RegistryError {
    return new RegistryError('BLOB_UNKNOWN', 'blob unknown to registry', { detail: { digest } });
  }

  /** Whether the repository has it; whether its bytes are there is another question. */
  async isLinked(name: RepositoryName, digest: Digest): Promise<boolean> {
    return (await readLink(this.#storage, paths.layer(name, digest))) === digest;
  }

  /**
   * Of a blob that the repository has. Who is told so may count on it for a while: asked under the lock, so that the
   * collector either comes before or sees the touch.
   */
  stat(name: RepositoryName, digest: Digest): Promise<ObjectStat | null> {
    return this.#locks.run(digest, () => this.#look(name, digest));
  }

  async #look(name: RepositoryName, digest: Digest): Promise<ObjectStat | null> {
    if (!(await this.isLinked(name, digest))) return null;
    this.#touches.touch(digest);
    return this.#storage.stat(paths.blob(digest));
  }

  /** @throws BLOB_UNKNOWN */
  async open(name: RepositoryName, digest: Digest): Promise<OpenObject> {
    const object = (await this.isLinked(name, digest)) ? await this.#storage.open(paths.blob(digest)) : null;
    if (object === null) throw this.unknown(digest);
    this.#touches.touch(digest);
    return object;
  }

  /** Makes a sealed upload that was found to have this digest a blob of the repository. */
  async adopt(name: RepositoryName, digest: Digest, uploadKey: string): Promise<void> {
    await this.#locks.run(digest, async () => {
      this.#touches.touch(digest);
      if ((await this.#storage.stat(paths.blob(digest))) === null) {
        await this.#storage.move(uploadKey, paths.blob(digest));
      }
      await writeLink(this.#storage, paths.layer(name, digest), digest);
    });
    await this.#repositories.add(name);
  }

  /** Gives a blob of another repository to this one; false where that one does not have it. */
  async mount(from: RepositoryName, to: RepositoryName, digest: Digest): Promise<boolean> {
    const done = await this.#locks.run(digest, async () => {
      if ((await this.#look(from, digest)) === null) return false;
      await writeLink(this.#storage, paths.layer(to, digest), digest);
      return true;
    });
    if (done) await this.#repositories.add(to);
    return done;
  }

  /** Keeps the bytes of a manifest, whose digest was just computed from them. */
  async keepManifest(digest: Digest, bytes: Uint8Array): Promise<void> {
    await this.#locks.run(digest, async () => {
      this.#touches.touch(digest);
      if ((await this.#storage.stat(paths.blob(digest))) === null) {
        await this.#storage.write(paths.blob(digest), bytes);
      }
    });
  }

  /** Takes the blob from the repository. @throws BLOB_UNKNOWN */
  async unlink(name: RepositoryName, digest: Digest): Promise<void> {
    const gone = await this.#locks.run(digest, () => this.#storage.remove(paths.layer(name, digest)));
    if (!gone) throw this.unknown(digest);
    await this.#repositories.dropIfEmpty(name);
  }

  /** Bytes, whoever has it. */
  async sizeOf(digest: Digest): Promise<number | null> {
    return (await this.#storage.stat(paths.blob(digest)))?.size ?? null;
  }

  /** Blobs that a repository has. */
  linked(name: RepositoryName): Promise<Digest[]> {
    return digestsIn(this.#storage, (algorithm) => paths.layers(name, algorithm));
  }

  /** All blobs whose bytes are here, in batches. */
  async *all(): AsyncGenerator<readonly Digest[]> {
    for (const algorithm of algorithms) {
      for (const { name: prefix } of await this.#storage.list(paths.blobs(algorithm))) {
        const entries = await this.#storage.list(`${paths.blobs(algorithm)}/${prefix}`);
        yield entries.map((entry) => `${algorithm}:${entry.name}`).filter(isDigest);
      }
    }
  }

  /** Unlinks where `isOld` says so of link and digest, looked at when nobody can link it meanwhile. */
  unlinkIf(name: RepositoryName, digest: Digest, isOld: (link: ObjectStat) => boolean): Promise<boolean> {
    return this.#locks.run(digest, async () => {
      const link = await this.#storage.stat(paths.layer(name, digest));
      if (link === null || !isOld(link)) return false;
      return this.#storage.remove(paths.layer(name, digest));
    });
  }

  /** Removes the bytes where `isOld` says so; the number of bytes. */
  removeIf(digest: Digest, isOld: (blob: ObjectStat) => boolean): Promise<number | undefined> {
    return this.#locks.run(digest, async () => {
      const blob = await this.#storage.stat(paths.blob(digest));
      if (blob === null || !isOld(blob)) return undefined;
      return (await this.#storage.remove(paths.blob(digest))) ? blob.size : undefined;
    });
  }
}
