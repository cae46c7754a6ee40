import { messageOf } from '../../../errors/minke-error.ts';
import type { Logger } from '../../../kit/log/logger.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { ImageCatalog } from '../catalog.ts';

/** A use is written down no more often than this, in milliseconds: starts of containers don't wait for the disk. */
const PACE = 60_000;

/** When each image was last pulled, made, named or used for a container. */
export class LastUse {
  readonly #catalog: ImageCatalog;
  readonly #now: () => Date;
  readonly #log: Logger;
  /** Unix milliseconds. */
  readonly #used = new Map<Digest, number>();
  readonly #started: number;

  constructor(catalog: ImageCatalog, now: () => Date, log: Logger) {
    this.#catalog = catalog;
    this.#now = now;
    this.#log = log;
    this.#started = now().getTime();
  }

  mark(id: Digest): void {
    const now = this.#now();
    this.#used.set(id, now.getTime());
    const written = this.#catalog.get(id)?.record.lastUsed;
    if (written !== undefined && now.getTime() - Date.parse(written) < PACE) return;
    this.#catalog
      .update(id, { lastUsed: now.toISOString() })
      .catch((error: unknown) =>
        this.#log.warn('the last use of an image was not written down', { error: messageOf(error) }),
      );
  }

  forget(id: Digest): void {
    this.#used.delete(id);
  }

  /** Unix milliseconds. What nobody has written down counts as used when the daemon started. */
  of(id: Digest): number {
    const written = this.#catalog.get(id)?.record.lastUsed;
    return this.#used.get(id) ?? (written === undefined ? this.#started : Date.parse(written));
  }
}
