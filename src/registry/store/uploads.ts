import { createHash, type Hash, randomUUID } from 'node:crypto';
import { type Digest, isDigest } from '../../wire/digest.ts';
import { RegistryError } from '../errors.ts';
import type { RepositoryName } from '../names.ts';
import type { RegistryStorage } from '../storage/contract.ts';
import type { Blobs } from './blobs.ts';
import { isUploadId, paths, type UploadId } from './paths.ts';

export type Algorithm = 'sha256' | 'sha512';
export const isAlgorithm = (text: string): text is Algorithm => text === 'sha256' || text === 'sha512';
const algorithmOf = (digest: Digest): Algorithm => (digest.startsWith('sha512:') ? 'sha512' : 'sha256');

/** Which session, and who asks. An upload is its beginner's alone (null: anybody's that is not known). */
export interface UploadKey {
  readonly name: RepositoryName;
  readonly id: UploadId;
  readonly user: string | null;
}

/** Bytes on their way in. `stop` makes `pieces` fail where it stands: the client is taken to be gone. */
export interface Incoming {
  readonly pieces: AsyncIterable<Uint8Array>;
  stop(): void;
}

/** Called with the size an upload would have; throws where that is too much. */
export type Admit = (size: number) => void;

export interface UploadRecord {
  readonly id: UploadId;
  /** Unix milliseconds. */
  readonly started: number;
}

/** What is known of an upload only as long as this process lives. */
interface Live {
  /** Over the first `hashed` bytes. Null: unknown, so the bytes are read again at the end. */
  hash: Hash | null;
  hashed: number;
  algorithm: Algorithm;
  /** Who works at it; a new request takes over from one whose client may have gone without a word. */
  turn: Promise<void>;
  interrupt: (() => void) | null;
}

/** Sessions whose hash is remembered; the others' bytes are read once more at their end. */
const REMEMBERED = 2000;

/** Sessions of uploads, that outlive connections and processes. */
export class Uploads {
  readonly #storage: RegistryStorage;
  readonly #blobs: Blobs;
  readonly #live = new Map<UploadId, Live>();
  readonly #now: () => number;

  constructor(storage: RegistryStorage, blobs: Blobs, now: () => number = Date.now) {
    this.#storage = storage;
    this.#blobs = blobs;
    this.#now = now;
  }

  async begin(name: RepositoryName, user: string | null, algorithm: Algorithm): Promise<UploadId> {
    const id: string = randomUUID();
    if (!isUploadId(id)) throw new Error('a UUID is not one');
    await this.#storage.write(
      paths.uploadStarted(name, id),
      Buffer.from(new Date(this.#now()).toISOString()),
    );
    if (user !== null) await this.#storage.write(paths.uploadOwner(name, id), Buffer.from(user));
    await this.#storage.beginUpload(paths.uploadData(name, id));
    this.#remember(id, { hash: createHash(algorithm), hashed: 0, algorithm, ...idle() });
    return id;
  }

  #remember(id: UploadId, live: Live): Live {
    this.#live.set(id, live);
    for (const [oldest, { interrupt }] of this.#live) {
      if (this.#live.size <= REMEMBERED) break;
      if (interrupt === null) this.#live.delete(oldest);
    }
    return live;
  }

  /** Bytes so far. @throws BLOB_UPLOAD_UNKNOWN, also to everybody but its owner */
  async size({ name, id, user }: UploadKey): Promise<number> {
    const size = await this.#storage.uploadSize(paths.uploadData(name, id));
    const owner = (await this.#storage.read(paths.uploadOwner(name, id), 4096))?.toString() ?? null;
    if (size === null || owner !== user) {
      throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { detail: { id } });
    }
    return size;
  }

  /**
   * Adds bytes; the new size.
   * @param start where the client believes to be; null: at the end
   * @throws RANGE_INVALID
   */
  append(key: UploadKey, start: number | null, content: Incoming, admit: Admit): Promise<number> {
    return this.#inTurn(key, content.stop, (live) => this.#append(key, live, start, content.pieces, admit));
  }

  async #append(
    key: UploadKey,
    live: Live,
    start: number | null,
    content: AsyncIterable<Uint8Array>,
    admit: Admit,
  ): Promise<number> {
    const size = await this.size(key);
    if (start !== null && start !== size) {
      throw new RegistryError('RANGE_INVALID', `the upload has ${size} bytes; go on there`, {
        headers: { range: rangeOf(size) },
      });
    }
    if (live.hashed !== size) live.hash = null;
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      let total = size;
      for await (const piece of content) {
        total += piece.length;
        admit(total);
        live.hash?.update(piece);
        live.hashed = total;
        yield piece;
      }
    };
    live.hashed = size;
    return this.#storage.append(paths.uploadData(key.name, key.id), size, hashed());
  }

  /**
   * Adds the last bytes and makes it a blob of the repository; its size. What turns out to have another digest is
   * thrown away.
   * @throws DIGEST_INVALID, RANGE_INVALID
   */
  finish(
    key: UploadKey,
    digest: Digest,
    start: number | null,
    content: Incoming,
    admit: Admit,
  ): Promise<number> {
    return this.#inTurn(key, content.stop, async (live) => {
      const { name, id } = key;
      const size = await this.#append(key, live, start, content.pieces, admit);
      // Others may have come meanwhile.
      admit(size);
      const data = paths.uploadData(name, id);
      await this.#storage.seal(data);
      const known = live.hashed === size && live.algorithm === algorithmOf(digest) ? live.hash : null;
      const actual =
        known === null ? await this.#digestOf(data, algorithmOf(digest)) : hexDigest(known, digest);
      if (actual !== digest) {
        await this.#remove(key);
        throw new RegistryError('DIGEST_INVALID', 'provided digest did not match uploaded content', {
          detail: { digest, actual },
        });
      }
      await this.#blobs.adopt(name, digest, data);
      await this.#remove(key);
      return size;
    });
  }

  /** Of bytes that another process received, or that were meant for another algorithm. */
  async #digestOf(data: string, algorithm: Algorithm): Promise<string> {
    const object = await this.#storage.open(data);
    if (object === null) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    try {
      const hash = createHash(algorithm);
      await object.send({ start: 0, end: object.size }, async (piece) => void hash.update(piece));
      return `${algorithm}:${hash.digest('hex')}`;
    } finally {
      await object.close();
    }
  }

  cancel(key: UploadKey): Promise<void> {
    return this.#inTurn(
      key,
      () => {},
      async () => {
        await this.size(key);
        await this.#remove(key);
      },
    );
  }

  async #remove({ name, id }: Pick<UploadKey, 'name' | 'id'>): Promise<void> {
    this.#live.delete(id);
    await this.#storage.abortUpload(paths.uploadData(name, id));
    await this.#storage.removeFolder(paths.upload(name, id));
  }

  /** All of a repository. */
  async list(name: RepositoryName): Promise<UploadRecord[]> {
    const records: UploadRecord[] = [];
    for (const { name: id } of await this.#storage.list(paths.uploads(name))) {
      if (!isUploadId(id)) continue;
      const started = await this.#storage.stat(paths.uploadStarted(name, id));
      records.push({ id, started: started?.modified ?? 0 });
    }
    return records;
  }

  /** Throws away an upload that nobody works at and that began before `time`; whether it did. */
  async expire(name: RepositoryName, { id, started }: UploadRecord, time: number): Promise<boolean> {
    if (started > time || this.#live.get(id)?.interrupt) return false;
    await this.#remove({ name, id });
    return true;
  }

  async #inTurn<T>(key: UploadKey, stop: () => void, work: (live: Live) => Promise<T>): Promise<T> {
    // Only for sessions that there are: what is remembered here is bounded by what lies on the disk.
    await this.size(key);
    const live =
      this.#live.get(key.id) ??
      this.#remember(key.id, { hash: null, hashed: -1, algorithm: 'sha256', ...idle() });
    live.interrupt?.();
    const result = live.turn.then(async () => {
      live.interrupt = stop;
      try {
        return await work(live);
      } finally {
        live.interrupt = null;
      }
    });
    live.turn = result.then(
      () => {},
      () => {},
    );
    return result;
  }
}

const idle = (): Pick<Live, 'turn' | 'interrupt'> => ({ turn: Promise.resolve(), interrupt: null });

const hexDigest = (hash: Hash, like: Digest): string => {
  const digest = `${algorithmOf(like)}:${hash.copy().digest('hex')}`;
  return isDigest(digest) ? digest : '';
};

/** As the `Range` header says how far an upload is: inclusive, and `0-0` where nothing has come. */
export const rangeOf = (size: number): string => `0-${Math.max(0, size - 1)}`;
