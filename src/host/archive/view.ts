import type { Readable } from 'node:stream';
import type { ArchiveView, ExtractOptions, PackOptions, PathStat } from './contract.ts';
import type { Thread } from './thread.ts';

/** The operations of cp, in a thread that has a view of its own. */
export class ThreadView implements ArchiveView {
  readonly #thread: Thread;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  async extract(
    tar: Readable,
    target: { readonly root: string; readonly path?: string },
    options: ExtractOptions,
    signal?: AbortSignal,
  ): Promise<void> {
    const take = { root: target.root, path: target.path ?? '/', options };
    await this.#thread.input({ name: 'extract', take }, tar, { signal });
  }

  pack(root: string, options: PackOptions = {}): Readable {
    return this.#thread.output({ name: 'pack', take: { root, options } });
  }

  stat(root: string, path: string): Promise<PathStat> {
    return this.#thread.call('stat', { root, path, options: {} });
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
