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

/** Where `work` fails, what it pushed is undone before the failure goes on. */
export async function allOrNothing<T>(
  failed: (error: unknown) => void,
  work: (undo: Undo) => Promise<T>,
): Promise<T> {
  const undo = new Undo();
  try {
    return await work(undo);
  } catch (error) {
    await undo.run(failed);
    throw error;
  }
}
