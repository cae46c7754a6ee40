/** Looks after rules that others may take out: firewalld's reload, another engine's start, an administrator's hand. */
export interface WatchOptions {
  /** Changes with every change of rules; null: nobody counts them. */
  readonly generation: () => Promise<number | null>;
  /** Compares and mends; answers how many rules had to be mended. */
  readonly repair: () => Promise<{ readonly added: number; readonly removed: number }>;
  /** Some rules are about to be stated for the first time: nobody took those out. */
  readonly stating: () => boolean;
  readonly warn: (message: string, error?: unknown) => void;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/** Where changes aren't counted, the rules themselves are read; that takes two programs. */
const slowness = 10;

export class RuleWatch {
  readonly #options: WatchOptions;
  #seen: number | null = null;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#work = this.#work.then(() => this.look());
    }, this.#options.every ?? 3000);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#work;
  }

  async look(): Promise<void> {
    const { generation, repair, stating, warn } = this.#options;
    try {
      const now = await generation();
      this.#looks += 1;
      if (now === null ? this.#looks % slowness !== 0 : now === this.#seen) return;
      const early = stating();
      const { added, removed } = await repair();
      if ((early ? 0 : added) + removed > 0)
        warn(`packet filter: ${added} rules were missing, ${removed} were left over; mended`);
      this.#seen = now;
    } catch (error) {
      warn('packet filter: the rules could not be checked', error);
    }
  }
}
