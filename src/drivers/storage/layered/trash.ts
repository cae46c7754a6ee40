/** Removal that nobody waits for: aside at once, deleted later. What a crash leaves is deleted at the next start. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../errors/minke-error.ts';
import type { Archives } from '../../../host/archive/contract.ts';

export class Trash {
  readonly #folder: string;
  readonly #archives: Archives;
  readonly #work = new Set<Promise<void>>();
  #last = 0;

  /** @param folder on the same filesystem as what is thrown away */
  constructor(folder: string, archives: Archives) {
    this.#folder = folder;
    this.#archives = archives;
  }

  /** @param before what has to be done before what a crash left there can be deleted, given its path */
  open(before?: (moved: string) => Promise<void>): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const steps = before === undefined ? [] : [before];
    for (const name of readdirSync(this.#folder)) this.#delete(join(this.#folder, name), steps);
  }

  /** @param before what has to be done before it can be deleted, given its new path */
  throwAway(path: string, before?: (moved: string) => Promise<void>): void {
    const moved = join(this.#folder, `${process.pid}-${Date.now()}-${++this.#last}`);
    try {
      renameSync(path, moved);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      throw error;
    }
    this.#delete(moved, before === undefined ? [] : [before]);
  }

  /** Something else that is done in the background. */
  after(work: Promise<void>): void {
    const quiet = work.catch(() => {}).finally(() => this.#work.delete(quiet));
    this.#work.add(quiet);
  }

  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #delete(path: string, before: readonly ((moved: string) => Promise<void>)[]): void {
    const work = (async () => {
      // After the answer that someone may be waiting for.
      await new Promise((resolve) => setImmediate(resolve));
      for (const step of before) await step(path);
      await this.#archives.remove(path);
    })()
      // Still mounted somewhere, or busy: the next start tries again.
      .catch(() => {})
      .finally(() => this.#work.delete(work));
    this.#work.add(work);
  }
}
