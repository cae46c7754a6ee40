/** What has to be undone, newest first. */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  /** A mark for `run`. */
  get length(): number {
    return this.#steps.length;
  }

  push(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Down to a mark. A step that fails is told of and the rest is done. */
  async run(failed: (error: unknown) => void, downTo = 0): Promise<void> {
    while (this.#steps.length > downTo) await this.#steps.pop()?.().catch(failed);
  }
}
