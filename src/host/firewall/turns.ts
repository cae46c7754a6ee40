import { Lock } from '../../kit/lock/lock.ts';

/** Work that is done one piece at a time, where pieces of one kind that wait are done together. */
export class Turns {
  readonly #lock = new Lock();
  #waiting: Promise<void> | undefined;

  /** Resolves when `work` has been run from start to end after this call; calls that wait share one run. */
  join(work: () => Promise<void>): Promise<void> {
    this.#waiting ??= this.#lock.run(() => {
      this.#waiting = undefined;
      return work();
    });
    return this.#waiting;
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.run(work);
  }
}
