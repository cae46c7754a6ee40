import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { conflict, internal, invalid, systemCode } from '../../../errors/minke-error.ts';
import { byName, type Entry, type ObjectStat, type OpenObject, type RegistryStorage } from '../contract.ts';
import { appendTo } from './append.ts';
import { ReadBuffers } from './buffers.ts';
import { claimFolder } from './claim.ts';
import { sendFile } from './send.ts';

/**
 * Files below a folder. What is being made lies in `<root>/.minke/new` until it is whole and on the disk, and is then
 * renamed; what is being removed as a folder is renamed there first. Both are cleared when the storage is opened.
 */
export class FileStorage implements RegistryStorage {
  readonly #root: string;
  readonly #new: string;
  readonly #release: () => Promise<void>;
  readonly #buffers = new ReadBuffers();
  #count = 0;

  private constructor(root: string, release: () => Promise<void>) {
    this.#root = root;
    this.#new = join(root, '.minke/new');
    this.#release = release;
  }

  /** @throws conflict where another process serves from the folder */
  static async open(root: string): Promise<FileStorage> {
    mkdirSync(join(root, '.minke/new'), { recursive: true, mode: 0o700 });
    const release = await claimFolder(join(root, '.minke'));
    const storage = new FileStorage(root, release);
    for (const name of readdirSync(storage.#new)) {
      rmSync(join(storage.#new, name), { recursive: true, force: true });
    }
    return storage;
  }

  #path(key: string): string {
    return join(this.#root, key);
  }

  async read(key: string, limit: number): Promise<Buffer | null> {
    const file = await open(this.#path(key), 'r').catch(orNull);
    if (file === null) return null;
    try {
      const found = await file.stat();
      if (!found.isFile()) return null;
      if (found.size > limit) throw invalid(`${found.size} bytes are more than ${limit}`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  async write(key: string, content: Uint8Array): Promise<void> {
    const fresh = this.#freshPath();
    try {
      const file = await open(fresh, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.datasync();
      } finally {
        await file.close();
      }
      await this.#rename(fresh, this.#path(key));
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
  }

  async stat(key: string): Promise<ObjectStat | null> {
    const found = await stat(this.#path(key)).catch(orNull);
    return found?.isFile() ? { size: found.size, modified: found.mtimeMs } : null;
  }

  async open(key: string): Promise<OpenObject | null> {
    const file = await open(this.#path(key), 'r').catch(orNull);
    if (file === null) return null;
    const found = await file.stat();
    if (!found.isFile()) {
      await file.close();
      return null;
    }
    return {
      size: found.size,
      modified: found.mtimeMs,
      send: (range, take) => sendFile(file, range, take, this.#buffers),
      close: () => file.close(),
    };
  }

  async list(folder: string): Promise<Entry[]> {
    const entries = (await readdir(this.#path(folder), { withFileTypes: true }).catch(orNull)) ?? [];
    return entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() })).sort(byName);
  }

  async remove(key: string): Promise<boolean> {
    const gone = await unlink(this.#path(key)).then(
      () => true,
      (error: unknown) => {
        if (isAbsent(error)) return false;
        throw error;
      },
    );
    if (gone) await this.#removeEmpty(dirname(key));
    return gone;
  }

  /** Upwards from `folder`, as far as there is nothing left in them. */
  async #removeEmpty(folder: string): Promise<void> {
    for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
      // Any failure means: still in use, or somebody else was quicker.
      const removed = await rmdir(this.#path(at)).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }

  async removeFolder(folder: string): Promise<void> {
    const away = this.#freshPath();
    const moved = await rename(this.#path(folder), away).then(() => true, orNull);
    if (moved === null) return;
    await rm(away, { recursive: true, force: true });
    await this.#removeEmpty(dirname(folder));
  }

  async move(from: string, to: string): Promise<void> {
    await this.#rename(this.#path(from), this.#path(to));
    await this.#removeEmpty(dirname(from));
  }

  async beginUpload(key: string): Promise<void> {
    const fresh = this.#freshPath();
    await (await open(fresh, 'wx', 0o600)).close();
    await this.#rename(fresh, this.#path(key));
  }

  async uploadSize(key: string): Promise<number | null> {
    return (await this.stat(key))?.size ?? null;
  }

  async append(key: string, at: number, content: AsyncIterable<Uint8Array>): Promise<number> {
    const file = await this.#openUpload(key);
    try {
      const { size } = await file.stat();
      if (size !== at) throw conflict(`the upload has ${size} bytes, not ${at}`);
      return await appendTo(file, at, content);
    } finally {
      await file.close();
    }
  }

  async seal(key: string): Promise<void> {
    const file = await this.#openUpload(key);
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async #openUpload(key: string): Promise<FileHandle> {
    const file = await open(this.#path(key), 'r+').catch(orNull);
    if (file === null) throw internal(`there is no upload ${key}`);
    return file;
  }

  async abortUpload(key: string): Promise<void> {
    await this.remove(key);
  }

  async close(): Promise<void> {
    await this.#release();
  }

  #freshPath(): string {
    this.#count += 1;
    return join(this.#new, `${process.pid}-${this.#count}`);
  }

  /** The folder above may be made by many at once, and be removed as empty in between. */
  async #rename(from: string, to: string): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await rename(from, to);
        return;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || tries === 8) throw error;
        await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      }
    }
  }
}

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

function orNull(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}
