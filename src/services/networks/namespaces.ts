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
  /** Makes one ready for the usual container, in advance. */
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
  #old: string[] = [];
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
    const { newId, folder, stack } = this.#options;
    const id = newId();
    const path = `${folder}/${id.slice(0, 12)}`;
    await stack.run([{ do: 'add-namespace', path }]);
    return { id, path, endpoint: newId() };
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
    const namespace = await this.bare();
    try {
      await this.#options.prepare(namespace);
      return namespace;
    } catch (error) {
      this.#old.push(namespace.path);
      throw error;
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
      const { stack, ready, warn } = this.#options;
      const old = this.#old;
      this.#old = [];
      for (const path of old) {
        await stack.run([{ do: 'remove-namespace', path }]).catch((error: unknown) => {
          warn(`network namespace ${path} can't be removed`, error);
        });
      }
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

const quietMilliseconds = 100;
const maxOld = 32;
