/** `Archives` by worker threads that start when there is work and end when there has been none for a while. */
import type { Readable } from 'node:stream';
import { internal } from '../../errors/minke-error.ts';
import type { Compressor } from '../../kit/compression/compressor.ts';
import { Semaphore } from '../../kit/lock/semaphore.ts';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { isal } from '../isal/isal.ts';
import { trimMemory } from '../process/trim.ts';
import { removeSmallTree } from '../tree/remove.ts';
import type {
  Archives,
  ComposedTree,
  ExtractOptions,
  LayerExtract,
  LayerExtracted,
  LayerParts,
  PackOptions,
  PathStat,
  StatOptions,
  TreeChange,
  TreePlan,
} from './contract.ts';
import { Thread } from './thread.ts';
import { ThreadTree } from './tree.ts';

/** Names that are removed on the caller's thread: about a millisecond's work. */
const smallTree = 48;
/** Milliseconds that a removal may keep the caller's thread; it is the disk that takes longer. */
const patience = 2;
/** Milliseconds for which a disk that kept it longer is taken to be busy. */
const busyFor = 10_000;
const mostApart = 8;

export interface ArchiveThreadsOptions {
  /** `worker.ts` of this folder, or what the build made of it. */
  readonly entry: string | URL;
  /** Most threads at a time; default 2. */
  readonly threads?: number;
  /** Milliseconds without work after which a thread ends; default 10,000. */
  readonly idle?: number;
  /** gzip by ISA-L where the host has it; default true. */
  readonly isal?: boolean;
}

export class ArchiveThreads implements Archives {
  readonly #options: Required<ArchiveThreadsOptions>;
  readonly #threads = new Set<Thread>();
  /** Of composed trees: what is mounted in them may keep a thread waiting for ever. */
  readonly #apart = new Set<Thread>();
  /** A file never keeps its thread waiting: two in one thread would only share it. */
  readonly #files = new Semaphore(() => this.#options.threads);
  #closed = false;
  /** Of `performance.now()`. */
  #busyUntil = 0;

  constructor(options: ArchiveThreadsOptions) {
    this.#options = { threads: 2, idle: 10_000, isal: true, ...options };
  }

  async extract(
    tar: Readable,
    target: { readonly root: string; readonly path?: string },
    options: ExtractOptions,
    signal?: AbortSignal,
  ): Promise<void> {
    const take = { root: target.root, path: target.path ?? '/', options };
    const { ownedChunks = false } = options;
    await this.#thread().input({ name: 'extract', take }, tar, { signal, ownedChunks });
  }

  pack(root: string, options: PackOptions = {}): Readable {
    return this.#thread().output({ name: 'pack', take: { root, options } });
  }

  stat(root: string, path: string, options: StatOptions = {}): Promise<PathStat> {
    return this.#thread().call('stat', { root, path, options });
  }

  async compose(plan: TreePlan): Promise<ComposedTree> {
    const thread = (): Thread => this.#leastBusy(this.#apart, mostApart);
    return new ThreadTree(thread, await thread().call('compose', plan));
  }

  extractLayer(
    tar: Readable | FilePart,
    layer: LayerExtract,
    options: { onBytes?: (count: number) => void; signal?: AbortSignal } = {},
  ): Promise<LayerExtracted> {
    const order = { name: 'extractLayer', take: layer } as const;
    if (!('fd' in tar)) return this.#thread().input(order, tar, options);
    return this.#files.run(() => this.#thread().inputFile(order, tar, options), options.signal);
  }

  assembleLayer(layer: LayerParts): Readable {
    return this.#thread().output({ name: 'assembleLayer', take: layer });
  }

  get compressors(): readonly Compressor[] {
    return this.#options.isal && isal() !== null ? ['isal', 'zlib'] : ['zlib'];
  }

  compressLayer(layer: LayerParts, digest: string, by: Compressor): Readable {
    return this.#thread().output({ name: 'compressLayer', take: { layer, digest, by } });
  }

  overlayChanges(upper: string, lowers: readonly string[]): Promise<TreeChange[]> {
    return this.#thread().call('overlayChanges', { upper, lowers });
  }

  packOverlay(upper: string): Readable {
    return this.#thread().output({ name: 'packOverlay', take: upper });
  }

  treeChanges(old: string, tree: string): Promise<TreeChange[]> {
    return this.#thread().call('treeChanges', { old, tree });
  }

  changedSize(old: string, tree: string): Promise<number> {
    return this.#thread().call('changedSize', { old, tree });
  }

  packChanges(old: string, tree: string): Readable {
    return this.#thread().output({ name: 'packChanges', take: { old, tree } });
  }

  usage(path: string): Promise<number> {
    return this.#thread().call('usage', path);
  }

  async remove(path: string): Promise<void> {
    if (!this.#removedHere(path)) await this.#thread().call('remove', path);
  }

  /**
   * Most containers leave a handful of files: to remove them here is far less than a thread's start. On a busy disk
   * each folder may wait for its journal, though, and whoever waits must not be the one who answers everybody.
   */
  #removedHere(path: string): boolean {
    const began = performance.now();
    const free =
      this.#threads.size < this.#options.threads || [...this.#threads].some(({ load }) => load === 0);
    if (began < this.#busyUntil && free) return false;
    const done = removeSmallTree(path, smallTree);
    const now = performance.now();
    if (now - began > patience) this.#busyUntil = now + busyFor;
    return done;
  }

  copy(from: string, to: string): Promise<void> {
    return this.#thread().call('copy', { from, to });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads, ...this.#apart].map((thread) => thread.close()));
  }

  #thread(): Thread {
    return this.#leastBusy(this.#threads, this.#options.threads);
  }

  /** One more where all have something to do. */
  #leastBusy(threads: Set<Thread>, most: number): Thread {
    if (this.#closed) throw internal('archives are closed');
    const [least] = [...threads].sort((a, b) => a.load - b.load);
    if (least !== undefined && (least.load === 0 || threads.size >= most)) return least;
    const { entry, idle, isal: withIsal } = this.#options;
    const thread = new Thread(entry, { withIsal }, idle, {
      refuses: () => threads.delete(thread),
      gone: trimMemory,
    });
    threads.add(thread);
    return thread;
  }
}
