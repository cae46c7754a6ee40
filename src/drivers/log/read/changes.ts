import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Waits for changes of a log file (inotify on its folder, so that a new file in its place is seen too). */
export class Changes {
  readonly #watcher: ReturnType<typeof watch>;
  #changed = false;
  #wake: (() => void) | null = null;

  constructor(path: string) {
    const name = basename(path);
    this.#watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) this.wake();
    });
    this.#watcher.on('error', () => this.wake());
  }

  wake = (): void => {
    this.#changed = true;
    this.#wake?.();
  };

  /** Resolves at the next change, or at once where one was not waited for yet. */
  async wait(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#changed = false;
    this.#wake = null;
  }

  close(): void {
    this.#watcher.close();
  }
}
