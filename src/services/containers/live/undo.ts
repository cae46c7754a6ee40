/** What to take back when the rest fails: registered right where something is acquired, done in reverse. */
export class Undo {
  readonly #steps: (() => void | Promise<void>)[] = [];
  readonly #report: (error: unknown) => void;

  /** @param report hears of a step that fails; the others are done all the same */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        this.#report(error);
      }
    }
  }

  /** All went well: nothing is to be taken back any more. */
  settle(): void {
    this.#steps.length = 0;
  }
}
