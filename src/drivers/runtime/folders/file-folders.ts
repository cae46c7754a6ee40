import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { internal, systemCode } from '../../../errors/minke-error.ts';
import type { Mounts } from '../../../host/mount/contract.ts';
import { encodeSpec, type Process, type Spec } from '../../../wire/oci-runtime.ts';
import type { ContainerFolders, EtcFile } from '../contract.ts';

export interface FileFoldersOptions {
  /** `<exec-root>/containers` */
  readonly bundles: string;
  /** `<data-root>/containers` */
  readonly folders: string;
  /** `<exec-root>/parts` */
  readonly parts: string;
  readonly mounts: Pick<Mounts, 'tmpfs' | 'bind' | 'setPropagation' | 'unmount'>;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
/** Bytes. Logs that are larger are removed off the main thread: the kernel takes its time to free them. */
const LARGE = 1024 * 1024;
/** A container's record; one that could not be read has a longer name. */
const RECORD = 'config.v2.json';
const idPattern = /^[a-z0-9][a-z0-9-]*$/;

const plain = (id: string): string => {
  if (!idPattern.test(id)) throw internal(`not an id: ${id}`);
  return id;
};

function write(path: string, text: string, mode: number): void {
  const fd = openSync(path, NEW_FILE, mode);
  try {
    const data = Buffer.from(text);
    for (let at = 0; at < data.length; ) at += writeSync(fd, data, at);
  } finally {
    closeSync(fd);
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** An empty file or folder. Does nothing where there is none. */
function removeEmpty(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory()) rmdirSync(path);
  else if (found.size === 0) unlinkSync(path);
}

/** Small files are written at once on the main thread: 40 µs each, less than a turn through the thread pool. */
export class FileFolders implements ContainerFolders {
  readonly #options: FileFoldersOptions;

  constructor(options: FileFoldersOptions) {
    this.#options = options;
    for (const path of [options.bundles, options.folders, options.parts]) {
      mkdirSync(path, { recursive: true, mode: 0o710 });
      chmodSync(path, 0o710);
    }
  }

  bundle(id: string): string {
    return join(this.#options.bundles, plain(id));
  }

  folder(id: string): string {
    return join(this.#options.folders, plain(id));
  }

  writeSpec(id: string, spec: Spec): void {
    const bundle = this.bundle(id);
    mkdirSync(bundle, { recursive: true, mode: 0o700 });
    write(join(bundle, 'config.json'), encodeSpec(spec), 0o600);
  }

  readSpec(id: string): Spec | null {
    const text = readOrNull(join(this.bundle(id), 'config.json'));
    // Written by `writeSpec` into a folder that only root can enter.
    return text === null ? null : (JSON.parse(text) as Spec);
  }

  writeProcess(id: string, exec: string, process: Process): string {
    const path = this.#processFile(id, exec);
    write(path, encodeSpec(process), 0o600);
    return path;
  }

  removeProcess(id: string, exec: string): void {
    removeFile(this.#processFile(id, exec));
  }

  #processFile(id: string, exec: string): string {
    return join(this.bundle(id), `process-${plain(exec)}.json`);
  }

  writeFile(id: string, name: EtcFile, content: string): string {
    const path = join(this.folder(id), name);
    // In place: it may be bound into a running container. What a crash left half-written is written at the next start.
    write(path, content, 0o644);
    return path;
  }

  readFile(id: string, name: EtcFile): string | null {
    return readOrNull(join(this.folder(id), name));
  }

  async mountShm(id: string, bytes: number): Promise<string> {
    const path = join(this.folder(id), 'mounts', 'shm');
    mkdirSync(path, { recursive: true, mode: 0o700 });
    await this.#options.mounts.unmount(path);
    this.#options.mounts.tmpfs(path, `mode=1777,size=${bytes}`, { name: 'shm', noExec: true });
    return path;
  }

  async unmountShm(id: string): Promise<void> {
    const path = join(this.folder(id), 'mounts', 'shm');
    if (existsSync(path)) await this.#options.mounts.unmount(path);
  }

  async bindPart(id: string, name: string, source: string): Promise<string> {
    const folder = this.#partsOf(id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const place = join(folder, plain(name));
    if (statSync(source).isDirectory()) mkdirSync(place, { recursive: true, mode: 0o700 });
    else closeSync(openSync(place, NEW_FILE, 0o600));
    this.#options.mounts.bind(source, place);
    // What is mounted here later is nobody else's business, nor the other way round.
    this.#options.mounts.setPropagation(place, 'rprivate');
    return place;
  }

  async unbindParts(id: string): Promise<void> {
    const folder = this.#partsOf(id);
    if (!existsSync(folder)) return;
    for (const name of namesIn(folder)) {
      const place = join(folder, name);
      await this.#options.mounts.unmount(place);
      removeEmpty(place);
    }
    removeEmpty(folder);
  }

  parts(): string[] {
    return namesIn(this.#options.parts).filter((name) => idPattern.test(name));
  }

  /** Never removed recursively: should something be mounted here still, it is somebody's data. */
  #partsOf(id: string): string {
    return join(this.#options.parts, plain(id));
  }

  async removeBundle(id: string): Promise<void> {
    rmSync(this.bundle(id), { recursive: true, force: true });
  }

  async removeFolder(id: string): Promise<void> {
    await this.unmountShm(id);
    const folder = this.folder(id);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found?.isFile() && found.size < LARGE) removeFile(path);
    }
    try {
      rmdirSync(folder);
    } catch (error) {
      if (systemCode(error) === 'ENOTEMPTY') await rm(folder, { recursive: true, force: true });
      else if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  withoutRecord(): { strays: string[]; damaged: string[] } {
    const { folders } = this.#options;
    const strays: string[] = [];
    const damaged: string[] = [];
    for (const name of readdirSync(folders).filter((entry) => idPattern.test(entry))) {
      const files = readdirSync(join(folders, name));
      if (files.includes(RECORD)) continue;
      if (files.some((file) => file.startsWith(`${RECORD}.broken-`))) damaged.push(name);
      else if (!files.some((file) => file.startsWith(RECORD))) strays.push(name);
    }
    return { strays, damaged };
  }

  bundles(): string[] {
    return readdirSync(this.#options.bundles).filter((name) => idPattern.test(name));
  }
}
