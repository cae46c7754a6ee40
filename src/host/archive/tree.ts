import type { Readable } from 'node:stream';
import { closeFd } from '../safepath/calls.ts';
import type { ComposedTree, ExtractOptions, PackOptions, PathStat, StatOptions } from './contract.ts';
import type { Thread } from './thread.ts';

/** A composed tree by its descriptor, which all threads know. */
export class ThreadTree implements ComposedTree {
  readonly #thread: () => Thread;
  #fd: number;

  /** @param thread asked anew each time: idle threads end */
  constructor(thread: () => Thread, fd: number) {
    this.#thread = thread;
    this.#fd = fd;
  }

  get root(): string {
    return `/proc/self/fd/${this.#fd}`;
  }

  stat(path: string, options: StatOptions = {}): Promise<PathStat> {
    return this.#thread().call('stat', { root: this.root, path, options });
  }

  pack(options: PackOptions): Readable {
    return this.#thread().output({ name: 'pack', take: { root: this.root, options } });
  }

  async extract(tar: Readable, path: string, options: ExtractOptions, signal?: AbortSignal): Promise<void> {
    await this.#thread().input({ name: 'extract', take: { root: this.root, path, options } }, tar, {
      signal,
      ownedChunks: options.ownedChunks === true,
    });
  }

  close(): void {
    if (this.#fd !== -1) closeFd(this.#fd);
    this.#fd = -1;
  }
}
