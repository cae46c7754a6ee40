/** The layer between an image and its containers, made once for each image. */
import { chmodSync, chownSync, existsSync, mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs';
import type { Mounts } from '../../../host/mount/contract.ts';
import { closeFd, openTrusted } from '../../../host/safepath/calls.ts';
import { O_DIRECTORY, O_PATH } from '../../../host/safepath/flags.ts';
import type { Chain } from '../layered/backend.ts';
import { isDirectory } from '../layered/is-directory.ts';
import { makeRootFiles } from '../layered/root-files.ts';
import type { Trash } from '../layered/trash.ts';
import type { OverlayLinks } from './links.ts';
import { initName, type OverlayPaths } from './paths.ts';

/**
 * An upper directory's own mode and owner are what the container sees as those of `/`.
 * @param model root of the topmost layer below, if any
 */
export function makeUpper(path: string, model: string | null): void {
  mkdirSync(path, 0o755);
  if (model === null) setRoot(path, { mode: 0o755, uid: 0, gid: 0 });
  else rootAsBelow(path, model);
}

export const rootAsBelow = (path: string, below: string): void => setRoot(path, statSync(below));

function setRoot(path: string, { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>): void {
  const made = statSync(path);
  if (made.uid !== uid || made.gid !== gid) chownSync(path, uid, gid);
  if ((made.mode & 0o7777) !== (mode & 0o7777)) chmodSync(path, mode & 0o7777);
}

export class InitLayers {
  readonly #paths: OverlayPaths;
  readonly #links: OverlayLinks;
  readonly #mounts: Mounts;
  readonly #trash: Trash;
  readonly #ready = new Set<string>();

  constructor(paths: OverlayPaths, links: OverlayLinks, mounts: Mounts, trash: Trash) {
    this.#paths = paths;
    this.#links = links;
    this.#mounts = mounts;
    this.#trash = trash;
  }

  /** Name of the init layer on top of `chain`; made where it is not there yet. */
  ensure(chain: Chain): string {
    const name = initName(chain[0]?.cacheId);
    if (this.#ready.has(name)) return name;
    if (!existsSync(this.#paths.of(name, 'ready'))) this.#make(name, chain);
    this.#ready.add(name);
    return name;
  }

  /** Whether it is whole, or not there at all: then it is made when it is needed. */
  isRight(name: string): boolean {
    if (!this.#ready.has(name) && !existsSync(this.#paths.of(name, 'ready'))) return true;
    return (
      existsSync(this.#paths.of(name, 'ready')) &&
      isDirectory(this.#paths.of(name, 'diff')) &&
      this.#links.isRight(name)
    );
  }

  discard(name: string): void {
    this.#ready.delete(name);
    this.#links.remove(name);
    // It may still be mounted, where its making was a moment ago.
    this.#trash.throwAway(this.#paths.of(name), (moved) => this.#mounts.unmount(`${moved}/merged`));
  }

  #make(name: string, chain: Chain): void {
    // Half of one, from before a crash.
    this.#trash.throwAway(this.#paths.of(name));
    const [top] = chain;
    mkdirSync(this.#paths.of(name), 0o710);
    const diff = this.#paths.of(name, 'diff');
    makeUpper(diff, top === undefined ? null : this.#paths.of(top.cacheId, 'diff'));
    if (top === undefined) this.#fill(diff);
    else this.#fillMounted(name, chain);
    this.#links.add(name);
    writeFileSync(this.#paths.of(name, 'ready'), '', { mode: 0o600 });
  }

  #fillMounted(name: string, chain: Chain): void {
    const work = this.#paths.of(name, 'work');
    const merged = this.#paths.of(name, 'merged');
    mkdirSync(work, 0o700);
    mkdirSync(merged, 0o700);
    const lower = chain.map(({ cacheId }) => this.#links.of(cacheId));
    this.#mounts.overlay(
      { base: this.#paths.home, lower, upper: `${name}/diff`, work: `${name}/work` },
      `${name}/merged`,
    );
    try {
      this.#fill(merged);
    } finally {
      // Nobody has to wait for what the unmounting writes back.
      this.#trash.after(this.#mounts.unmount(merged));
    }
  }

  #fill(root: string): void {
    const fd = openTrusted(root, O_PATH | O_DIRECTORY);
    try {
      makeRootFiles(fd);
    } finally {
      closeFd(fd);
    }
  }
}
