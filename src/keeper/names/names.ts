import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { EmbeddedResolver } from '../../drivers/dns/embedded/resolver.ts';
import { conflict, invalid, messageOf, systemCode } from '../../errors/minke-error.ts';
import { writeStandardError } from '../../host/standard-error/write.ts';
import type { HostNames } from '../../wire/keeper.ts';
import type { NameSpec } from '../../wire/names.ts';
import { recordFiles, writeRecord } from '../record-files.ts';
import { HostNamesSchema, NamesSchema } from '../schema.ts';

export interface NamesOptions {
  readonly resolver: EmbeddedResolver;
  /** Of one file a container. */
  readonly folder: string;
  /** Where the host is answered. */
  readonly hostFile: string;
}

/** The embedded resolver's book: who is called what, on disk too, for the next keeper. */
export class Names {
  readonly #options: NamesOptions;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: NamesOptions) {
    this.#options = options;
  }

  /** Null: nobody has that container any more. */
  set(container: string, names: NameSpec | null): Promise<void> {
    if (!/^[a-z0-9-]+$/.test(container)) throw invalid(`invalid container id: ${JSON.stringify(container)}`);
    return this.#inTurn(async () => {
      const { folder, resolver } = this.#options;
      const path = join(folder, `${container}.json`);
      if (names === null) {
        await resolver.forget(container);
        rmSync(path, { force: true });
      } else {
        writeRecord(path, { container, names });
        await resolver.state(container, names);
      }
    });
  }

  /** @throws conflict, where the address is not to be had; what was answered before is not answered then either */
  setHost(at: HostNames | null): Promise<void> {
    return this.#inTurn(async () => {
      const { hostFile } = this.#options;
      rmSync(hostFile, { force: true });
      await this.#listenForHost(at);
      if (at !== null) writeRecord(hostFile, at);
    });
  }

  /** Answers again what an earlier keeper answered. */
  async adoptAll(): Promise<void> {
    const { folder, hostFile, resolver } = this.#options;
    for (const path of recordFiles(folder)) {
      await this.#adopt(path, async (found) => {
        const { container, names } = v.parse(NamesSchema, found);
        await resolver.state(container, names);
      });
    }
    await this.#adopt(hostFile, (found) => this.#listenForHost(v.parse(HostNamesSchema, found)));
  }

  /** Read in its turn: what the daemon said meanwhile is in the file, or the file has gone. */
  async #adopt(path: string, use: (found: unknown) => Promise<void>): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (existsSync(path)) await use(JSON.parse(readFileSync(path, 'utf8')));
      });
    } catch (error) {
      writeStandardError(`${path}: ${messageOf(error)}\n`);
    }
  }

  async #listenForHost(at: HostNames | null): Promise<void> {
    try {
      await this.#options.resolver.answerHost(at);
    } catch (error) {
      throw conflict(
        `names of containers can't be answered at ${at?.host} port ${at?.port}: ${systemCode(error) ?? messageOf(error)}`,
        error,
      );
    }
  }

  /** One after another, so that two statements do not mix. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
