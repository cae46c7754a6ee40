/** Short names of directories that are lower ones of an overlay. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../errors/minke-error.ts';
import { type OverlayPaths, shortName } from './paths.ts';

export class OverlayLinks {
  readonly #paths: OverlayPaths;
  /** Directory name to `l/<short>`. */
  readonly #known = new Map<string, string>();

  constructor(paths: OverlayPaths) {
    this.#paths = paths;
  }

  /** Gives `name` its short name; the directory exists. */
  add(name: string): void {
    for (;;) {
      const short = shortName();
      try {
        symlinkSync(`../${name}/diff`, join(this.#paths.links, short));
      } catch (error) {
        if (systemCode(error) === 'EEXIST') continue;
        throw error;
      }
      // Whatever stands there, be it unreadable.
      rmSync(this.#paths.of(name, 'link'), { force: true, recursive: true });
      writeFileSync(this.#paths.of(name, 'link'), short, { mode: 0o600 });
      this.#known.set(name, `l/${short}`);
      return;
    }
  }

  /** Relative to the home. A short name that was lost is given anew. */
  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const short = this.#read(name);
    if (short === null) this.add(name);
    else this.#known.set(name, `l/${short}`);
    return this.#known.get(name) ?? '';
  }

  /** Names of the directories below a container's own, topmost first, as its last mount had them; empty where that is lost. */
  lowersOf(name: string): string[] {
    try {
      return readFileSync(this.#paths.of(name, 'lower'), 'utf8')
        .split(':')
        .map((link) => /^\.\.\/([^/]+)\/diff$/.exec(this.#target(join(this.#paths.home, link)))?.[1] ?? '');
    } catch {
      return [];
    }
  }

  remove(name: string): void {
    const short = this.#known.get(name)?.slice(2) ?? this.#read(name);
    this.#known.delete(name);
    if (short !== null) rmSync(join(this.#paths.links, short), { force: true });
  }

  /** Removes links to what is no more, or to what has another by now. */
  sweep(): void {
    mkdirSync(this.#paths.links, { recursive: true, mode: 0o700 });
    for (const short of this.strays())
      rmSync(join(this.#paths.links, short), { force: true, recursive: true });
  }

  /** Short names that lead to what is no more, or to what has another by now. */
  strays(): string[] {
    return readdirSync(this.#paths.links).filter((short) => {
      const name = /^\.\.\/([^/]+)\/diff$/.exec(this.#target(join(this.#paths.links, short)))?.[1];
      return name === undefined || this.#read(name) !== short;
    });
  }

  /** Whether what is on the disk is the short name that overlays are mounted by. */
  isRight(name: string): boolean {
    const short = this.#read(name);
    const known = this.#known.get(name);
    return short !== null && (known === undefined || known === `l/${short}`);
  }

  /** Gives it a short name anew. */
  renew(name: string): void {
    this.remove(name);
    this.add(name);
  }

  #target(link: string): string {
    try {
      return readlinkSync(link);
    } catch {
      return '';
    }
  }

  /** The short name on the disk, where it still leads to this directory. */
  #read(name: string): string | null {
    try {
      const short = readFileSync(this.#paths.of(name, 'link'), 'utf8');
      if (!/^[A-Z2-7]{6}$/.test(short)) return null;
      return readlinkSync(join(this.#paths.links, short)) === `../${name}/diff` ? short : null;
    } catch {
      return null;
    }
  }
}
