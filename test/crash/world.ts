/** Everything that the load knows of an engine, and the requests that were cut off or refused without a reason. */
import { absent, type Call, type ContainerModel, type Presence, perhapsStruck, type Span } from './model.ts';

export interface VolumeModel {
  readonly presence: Presence;
  /** Lines that execs appended to its file `marks`. */
  readonly marks: Span;
}

/** What a `logs -f` has brought so far. */
export interface Followed {
  readonly container: string;
  readonly born: number;
  readonly parts: Buffer[];
  stop(): void;
}

export class World {
  readonly containers = new Map<string, ContainerModel>();
  readonly volumes = new Map<string, VolumeModel>();
  readonly networks = new Map<string, Presence>();
  /** Tags of images beside the basic one. */
  readonly images = new Map<string, Presence>();
  /** Removals and loads of images that were cut short: each may leave an image without its name. */
  cutImages = 0;
  readonly followed: Followed[] = [];
  /** Calls that go on, also while something dies. */
  readonly calls = new Map<string, Call>();
  /** Those that may have ended by a request since the last look, by key. */
  readonly released: string[] = [];
  /** Calls that were looked at after something had died, by what was found. */
  readonly found = { lived: 0, ended: 0 };
  /** One line a request, for who reads a failure. */
  readonly story: string[] = [];
  readonly faults: string[] = [];
  /** Containers that were started in this round. */
  readonly fresh = new Set<string>();
  /** Who holds the name that all want. */
  holder: number | null = null;

  #births = 0;

  birth(): number {
    this.#births += 1;
    return this.#births;
  }

  /** A container is about to end or to change its networks: nobody knows what becomes of calls with it. */
  release(container: string): void {
    for (const call of this.calls.values()) {
      if (call.container !== container) continue;
      this.calls.delete(call.key);
      this.released.push(call.key);
    }
  }

  tell(line: string): void {
    this.story.push(line);
  }

  /** Runtimes were killed in this round. */
  strike(): void {
    for (const name of this.fresh) {
      const model = this.containers.get(name);
      if (model !== undefined) this.containers.set(name, perhapsStruck(model));
    }
  }

  volume(name: string): VolumeModel {
    return this.volumes.get(name) ?? { presence: absent, marks: { least: 0, most: 0 } };
  }

  network(name: string): Presence {
    return this.networks.get(name) ?? absent;
  }

  image(tag: string): Presence {
    return this.images.get(tag) ?? absent;
  }
}
