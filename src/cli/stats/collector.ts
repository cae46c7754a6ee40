import type { Client } from '../../client/client.ts';
import { containerStats } from '../../client/containers/stats.ts';
import { jsonLines } from '../progress/json-lines.ts';
import { graphLength } from './sparkline.ts';
import { type Usage, usageOf } from './usage.ts';

/** Samples of one container. The daemon sends one a second; where none comes for three, nothing is known any more. */
export class Collector {
  readonly asked: string;
  #usage: Usage | undefined;
  readonly #history: Usage[] = [];
  #seen = 0;
  #failure: unknown;
  readonly #stop = new AbortController();
  /** Settles with the first sample, or with what stands in its way. */
  readonly first: Promise<void>;

  constructor(client: Client, asked: string, stream: boolean) {
    this.asked = asked;
    this.first = new Promise((resolve) => {
      this.#run(client, stream, resolve)
        .catch((error: unknown) => {
          this.#failure = error;
        })
        .finally(resolve);
    });
  }

  get failure(): unknown {
    return this.#failure;
  }

  get usage(): Usage | undefined {
    return performance.now() - this.#seen > 3000 ? undefined : this.#usage;
  }

  /** The latest samples, oldest first. */
  get history(): readonly Usage[] {
    return this.#history;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(client: Client, stream: boolean, sampled: () => void): Promise<void> {
    const response = await containerStats(client, this.asked, { stream, signal: this.#stop.signal });
    for await (const sample of jsonLines(response.body)) {
      this.#usage = usageOf(sample);
      this.#history.push(this.#usage);
      if (this.#history.length > graphLength) this.#history.shift();
      this.#seen = performance.now();
      sampled();
    }
  }
}
