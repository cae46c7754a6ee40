import type { Digest } from '../../../wire/digest.ts';
import type { ProgressMessage } from '../contract.ts';
import { shortId } from '../find.ts';
import { bar, PACE } from '../progress.ts';

type Emit = (message: ProgressMessage) => void;

/** Bytes done and to do, over all layers of an operation. */
export class WholeProgress {
  readonly total: number;
  current = 0;

  constructor(total: number) {
    this.total = total;
  }
}

/** The lines about one layer, as Docker writes them; clients that know it also find `overall` in those with a bar. */
export class LayerProgress {
  readonly #emit: Emit;
  readonly #id: string;
  readonly #whole: WholeProgress | null;
  #said = 0;

  constructor(emit: Emit, digest: Digest, whole: WholeProgress | null) {
    this.#emit = emit;
    this.#id = shortId(digest);
    this.#whole = whole;
  }

  say(status: string): void {
    this.#emit({ status, progressDetail: {}, id: this.#id });
    this.#said = Number.NEGATIVE_INFINITY;
  }

  /** Not more often than people can see, but always at the end. */
  at(status: string, current: number, total: number): void {
    const now = performance.now();
    if (current < total && now - this.#said < PACE) return;
    this.#said = now;
    const whole = this.#whole;
    this.#emit({
      status,
      progressDetail: { current, total },
      progress: bar(current, total),
      id: this.#id,
      ...(whole === null ? {} : { overall: { current: whole.current, total: whole.total } }),
    });
  }

  /** Bytes that count in the whole. */
  advance(bytes: number): void {
    if (this.#whole !== null) this.#whole.current += bytes;
  }
}
