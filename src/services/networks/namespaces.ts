import type { NetworkStack } from '../../host/netns/contract.ts';

/** A namespace for one container; the path ends in the first twelve digits of the id. */
export interface Namespace {
  readonly id: string;
  readonly path: string;
  /** Id that its first endpoint must have. */
  readonly endpoint: string;
}

export interface NamespaceOptions {
  readonly stack: NetworkStack;
  /** Folder of the mounts. */
  readonly folder: string;
  /** How many are kept ready. */
  readonly ready: number;
  readonly newId: () => string;
  /** Makes one for the usual container, in advance. */
  readonly prepare: (namespace: Namespace) => Promise<void>;
  /** Told of what went wrong behind the scenes. */
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * Network namespaces made before they are needed and taken down when nobody waits: making one costs a millisecond, and
 * while the kernel takes one down (25 to 30 ms) it holds up the making of others.
 */
export class Namespaces {
  readonly #options: NamespaceOptions;
  readonly #ready: Namespace[] = [];
  readonly #old: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: NamespaceOptions) {
    this.#options = options;
  }

  /** Prepared where one is ready. */
  async take(): Promise<Namespace> {
    const ready = this.#ready.shift();
    this.#later();
    return ready ?? this.bare();
  }

  /** With loopback alone. */
  async bare(): Promise<Namespace> {
    const draft = this.#draft();
    await this.#options.stack.run([{ do: 'add-namespace', path: draft.path }]);
    return draft;
  }

  #draft(): Namespace {
    const { newId, folder } = this.#options;
    const id = newId();
    return { id, path: `${folder}/${id.slice(0, 12)}`, endpoint: newId() };
  }

  /** The namespace goes away soon; it is of no use from now on. */
  give(path: string): void {
    this.#old.push(path);
    this.#later();
  }

  /** Fills up and takes down what is due; for start-up and shutdown. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tidy();
    await this.#work;
  }

  /** Nothing is kept ready any more. */
  async close(): Promise<void> {
    this.#closed = true;
    // One may be in the making.
    await this.#work;
    this.#old.push(...this.#ready.splice(0).map(({ path }) => path));
    await this.settle();
  }

  async #make(): Promise<Namespace> {
    const namespace = this.#draft();
    try {
      await this.#options.prepare(namespace);
      return namespace;
    } catch (error) {
      this.#old.push(namespace.path);
      throw error;
    }
  }

  /** All by one call; one that can't be removed keeps no other from it. */
  async #remove(paths: readonly string[]): Promise<void> {
    const { stack, warn } = this.#options;
    const steps = paths.map((path) => ({ do: 'remove-namespace', path }) as const);
    if (await succeeds(stack.run(steps))) return;
    for (const step of steps) {
      await stack.run([step]).catch((error: unknown) => {
        warn(`network namespace ${step.path} can't be removed`, error);
      });
    }
  }

  /** In a quiet moment: each take and give puts it off, but not for ever. */
  #later(): void {
    if (this.#closed) return;
    const hurry = this.#ready.length === 0 || this.#old.length > maxOld;
    if (this.#timer !== undefined && hurry) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tidy();
    }, quietMilliseconds);
    this.#timer.unref();
  }

  #tidy(): void {
    this.#work = this.#work.then(async () => {
      const { ready, warn } = this.#options;
      await this.#remove(this.#old.splice(0));
      while (!this.#closed && this.#ready.length < ready) {
        try {
          this.#ready.push(await this.#make());
        } catch (error) {
          warn('no network namespace can be made in advance', error);
          return;
        }
      }
    });
  }
}

const succeeds = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const quietMilliseconds = 100;
const maxOld = 32;
