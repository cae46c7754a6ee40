import type { Digest } from '../../wire/digest.ts';

/**
 * When blobs were last spoken of to somebody: a client that was told "I have it" won't send it again, so the collector
 * must wait. Only what lies within `span` milliseconds is remembered.
 */
export class Touches {
  readonly span: number;
  readonly #now: () => number;
  /** In the order of their times. */
  readonly #at = new Map<Digest, number>();
  #held = 0;

  constructor(span: number, now: () => number = Date.now) {
    this.span = span;
    this.#now = now;
  }

  touch(digest: Digest): void {
    const now = this.#now();
    this.#at.delete(digest);
    this.#at.set(digest, now);
    if (this.#held > 0) return;
    for (const [oldest, at] of this.#at) {
      if (at > now - this.span) return;
      this.#at.delete(oldest);
    }
  }

  /** Nothing is forgotten before the answer is called: a collection may take longer than the span. */
  hold(): () => void {
    this.#held += 1;
    return () => {
      this.#held -= 1;
    };
  }

  /** Whether it was touched after `time` (Unix milliseconds). */
  isSince(digest: Digest, time: number): boolean {
    return (this.#at.get(digest) ?? Number.NEGATIVE_INFINITY) > time;
  }
}
