import { lookup } from 'node:dns/promises';
import { lstat, mkdir, opendir, readdir, rename } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { getSystemErrorMessage } from 'node:util';
import { internal, invalid, messageOf, systemCode } from '../../../errors/minke-error.ts';
import { removeTree } from '../../../host/tree/remove.ts';
import type { VolumeDriver, VolumeOptions } from '../contract.ts';
import { type MountCall, mountCalls } from './mount-options.ts';
import { checkOptions, needsMount, resolveAddress, withoutPassword } from './options.ts';

/** mount(2) and what goes with it; errors carry the system's `code`. */
export interface LocalMounts {
  mount(call: MountCall & { readonly target: string }): Promise<void>;
  /** Takes away what was mounted there last; does nothing where nothing is. */
  unmount(target: string): Promise<void>;
  /** Mount points. */
  list(): ReadonlySet<string>;
}

export interface LocalVolumesOptions {
  /** `<data-root>/volumes`; absolute. */
  readonly root: string;
  readonly mounts: LocalMounts;
  /** An IPv4 address of a host. */
  readonly resolve?: (host: string) => Promise<string>;
}

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/;
const DATA = '_data';
/** Data on its way out: a removal that was cut off is finished at the next start. */
const REMOVED = '_removed';

/** Volumes as folders, `<root>/<name>/_data`; with options something is mounted on it while containers use it. */
export class LocalVolumes implements VolumeDriver {
  readonly name = 'local';
  readonly scope = 'local';
  readonly #root: string;
  readonly #mounts: LocalMounts;
  readonly #resolve: (host: string) => Promise<string>;
  /** Volumes with something mounted on them. */
  readonly #mounted = new Set<string>();

  constructor(options: LocalVolumesOptions) {
    this.#root = options.root;
    this.#mounts = options.mounts;
    this.#resolve = options.resolve ?? (async (host) => (await lookup(host, 4)).address);
  }

  check(name: string, options: VolumeOptions): void {
    if (name.length === 1) {
      throw invalid('volume name is too short, names should be at least two alphanumeric characters');
    }
    if (!namePattern.test(name)) {
      throw invalid(
        `${JSON.stringify(name)} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    }
    checkOptions(options);
  }

  async create(name: string, options: VolumeOptions): Promise<void> {
    this.check(name, options);
    await mkdir(join(this.#root, name), { recursive: true, mode: 0o700 });
    // What is there stays as it is, owner and mode included.
    await mkdir(this.path(name), { mode: 0o755 }).catch(unless('EEXIST'));
  }

  async remove(name: string): Promise<void> {
    this.check(name, {});
    await this.unmount(name);
    await rename(this.path(name), join(this.#root, name, REMOVED)).catch(unless('ENOENT'));
    await this.#removeData(name);
  }

  path(name: string): string {
    return join(this.#root, name, DATA);
  }

  async mount(name: string, options: VolumeOptions): Promise<string> {
    await this.create(name, options);
    const path = this.path(name);
    if (!needsMount(options) || this.#mounts.list().has(path)) return path;
    const { device, o } = await resolveAddress(options, this.#resolve);
    for (const call of mountCalls(device, options.type ?? '', o)) {
      try {
        await this.#mounts.mount({ ...call, target: path });
        this.#mounted.add(name);
      } catch (error) {
        await this.unmount(name);
        throw internal(`failed to mount local volume: ${describe(call, path)}: ${reason(error)}`, error);
      }
    }
    return path;
  }

  async unmount(name: string): Promise<void> {
    if (!this.#mounted.has(name)) return;
    await this.#mounts.unmount(this.path(name));
    this.#mounted.delete(name);
  }

  async size(name: string): Promise<number> {
    return sizeOf(this.path(name), new Set());
  }

  async restore(): Promise<string[]> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const names: string[] = [];
    const points = this.#mounts.list();
    for (const entry of await readdir(this.#root, { withFileTypes: true })) {
      if (!entry.isDirectory() || !namePattern.test(entry.name)) continue;
      if (points.has(this.path(entry.name))) this.#mounted.add(entry.name);
      const inside = await readdir(join(this.#root, entry.name));
      if (inside.includes(REMOVED)) await this.#removeData(entry.name);
      if (inside.includes(DATA)) names.push(entry.name);
    }
    return names.sort();
  }

  /** Entry by entry, so that a large volume does not hold up everybody else. */
  async #removeData(name: string): Promise<void> {
    const removed = join(this.#root, name, REMOVED);
    for (const entry of await readdir(removed).catch(unless('ENOENT', []))) {
      removeTree(join(removed, entry));
      await setImmediate();
    }
    removeTree(removed);
  }
}

function unless<T = undefined>(code: string, value?: T): (error: unknown) => T {
  return (error) => {
    if (systemCode(error) !== code) throw error;
    return value as T;
  };
}

async function sizeOf(folder: string, seen: Set<string>): Promise<number> {
  let size = 0;
  for await (const entry of await opendir(folder, { bufferSize: 256 })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      size += await sizeOf(path, seen);
      continue;
    }
    const stat = await lstat(path).catch(unless('ENOENT', null));
    const identity = stat === null || stat.nlink < 2 ? '' : `${stat.dev}:${stat.ino}`;
    if (stat === null || seen.has(identity)) continue;
    if (identity !== '') seen.add(identity);
    size += stat.size;
  }
  return size;
}

function describe({ source, flags, data }: MountCall, path: string): string {
  const parts = [
    `mount ${source}:${path}`,
    ...(flags === 0 ? [] : [`flags: 0x${flags.toString(16)}`]),
    ...(data === '' ? [] : [`data: ${withoutPassword(data)}`]),
  ];
  return parts.join(', ');
}

/** The system's words for the error, as Docker ends its message. */
function reason(error: unknown): string {
  const number = Object.entries(constants.errno).find(([code]) => code === systemCode(error))?.[1];
  return number === undefined ? messageOf(error) : getSystemErrorMessage(-number);
}
