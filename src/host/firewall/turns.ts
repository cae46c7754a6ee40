const settle = (): void => {};

/** Work that is done one piece at a time, where pieces of one kind that wait are done together. */
export class Turns {
  #tail: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  /** Resolves when `work` has been run from start to end after this call; calls that wait share one run. */
  join(work: () => Promise<void>): Promise<void> {
    this.#waiting ??= this.alone(() => {
      this.#waiting = undefined;
      return work();
    });
    return this.#waiting;
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work);
    this.#tail = run.then(settle, settle);
    return run;
  }
}
