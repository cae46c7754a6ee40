import { conflict } from '../../errors/minke-error.ts';

/** Work that has no use in running twice: the second is refused. */
export class OneAtATime {
  readonly #what: string;
  #running = false;

  /** @param what of the refusal: `a prune operation` */
  constructor(what: string) {
    this.#what = what;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running) throw conflict(`${this.#what} is already running`);
    this.#running = true;
    try {
      return await work();
    } finally {
      this.#running = false;
    }
  }
}
