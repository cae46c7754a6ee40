import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Scratch } from '../../../drivers/state/contract.ts';
import { invalid } from '../../../errors/minke-error.ts';
import type { FilePart } from '../../../kit/stream/file-part.ts';
import { readTar, type TarEntry } from '../../../kit/tar/read-tar.ts';

/** A file of an archive, to be read as often as one likes. */
export interface ArchiveFile {
  readonly path: string;
  readonly size: number;
  open(): Readable;
  /** Where it lies in a file. */
  file(): FilePart | undefined;
  /** The content; `invalid` where it is larger than `limit` bytes. */
  bytes(limit: number): Promise<Buffer>;
}

type Entry =
  | { readonly kind: 'file'; readonly offset: number; readonly size: number }
  | { readonly kind: 'link'; readonly target: string };

const MAX_ENTRIES = 100_000;
const MAX_LINKS = 8;

/** A path inside the archive without `.`, `..` and doubled slashes; undefined for one that leads out of it. */
function inside(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * An archive's files by path. Archives name what belongs together anywhere in them, so all is kept on disk until the
 * end. Links stand for other files of the archive (Docker 20.10 links equal layers); they lead nowhere else.
 */
export class Archive {
  readonly #entries = new Map<string, Entry>();
  readonly #scratch: Scratch;

  private constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** @param tar uncompressed; the scratch is the caller's to close */
  static async read(tar: Readable, scratch: Scratch, signal: AbortSignal): Promise<Archive> {
    const archive = new Archive(scratch);
    for await (const entry of readTar(tar)) {
      signal.throwIfAborted();
      await archive.#add(entry, signal);
    }
    return archive;
  }

  has(path: string): boolean {
    return this.#resolve(path) !== undefined;
  }

  /** Throws `invalid` where it is absent or no plain file. */
  file(path: string): ArchiveFile {
    const entry = this.#resolve(path);
    if (entry === undefined) throw invalid(`invalid archive: no file ${JSON.stringify(path.slice(0, 256))}`);
    const { offset, size } = entry;
    const open = (): Readable => this.#scratch.read(offset, size);
    return {
      path,
      size,
      open,
      file: () => this.#scratch.file(offset, size),
      bytes: async (limit) => {
        if (size > limit) {
          throw invalid(`invalid archive: ${path} is larger than ${limit} bytes`);
        }
        return buffer(open());
      },
    };
  }

  async #add({ header, body }: TarEntry, signal: AbortSignal): Promise<void> {
    const path = inside(header.name);
    if (path === undefined) {
      throw invalid(`invalid archive: entry ${JSON.stringify(header.name.slice(0, 256))} leads out of it`);
    }
    if (this.#entries.size >= MAX_ENTRIES) throw invalid('invalid archive: too many entries');
    if (header.sparse !== null) {
      // Nothing that belongs into an archive has holes, and holes of any size cost their sender nothing.
      throw invalid(`invalid archive: ${JSON.stringify(path)} is a sparse file`);
    }
    if (header.type === 'file') {
      const offset = this.#scratch.size;
      for await (const chunk of body) {
        signal.throwIfAborted();
        await this.#scratch.append(chunk);
      }
      this.#entries.set(path, { kind: 'file', offset, size: header.size });
    } else if (header.type === 'symlink') {
      this.#link(path, header.linkname.startsWith('/') ? undefined : folderOf(path) + header.linkname);
    } else if (header.type === 'link') {
      this.#link(path, header.linkname);
    }
  }

  #link(path: string, to: string | undefined): void {
    const target = to === undefined ? undefined : inside(to);
    if (target === undefined) throw invalid(`invalid archive: link ${JSON.stringify(path)} leads out of it`);
    this.#entries.set(path, { kind: 'link', target });
  }

  #resolve(path: string): Extract<Entry, { kind: 'file' }> | undefined {
    let name = path.startsWith('/') ? undefined : inside(path);
    for (let hops = 0; name !== undefined && hops <= MAX_LINKS; hops++) {
      const entry = this.#entries.get(name);
      if (entry?.kind !== 'link') return entry;
      name = entry.target;
    }
    return undefined;
  }
}
