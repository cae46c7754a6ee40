import { internal, messageOf } from '../../../errors/minke-error.ts';
import type { Processes } from '../../process/contract.ts';
import { Turns } from '../turns.ts';
import type { NftFamily, NftFirewall, NftTable } from './contract.ts';
import { change, families, type Marks, marksOf, readListing } from './script.ts';

const timeout = 30_000;

/** nft(8), the program. */
export class NftProgram implements NftFirewall {
  readonly #processes: Processes;
  readonly #table: string;
  readonly #turns = new Turns();
  #wanted: readonly NftTable[] = [];
  /** What the last successful change left. */
  readonly #stated = new Map<NftFamily, Marks>();

  /** @param options.table name of the tables, in both families; no other program may use it */
  constructor(options: { processes: Processes; table: string }) {
    this.#processes = options.processes;
    this.#table = options.table;
  }

  apply(wanted: readonly NftTable[]): Promise<void> {
    this.#wanted = wanted;
    return this.#turns.join(async () => {
      try {
        await this.#change();
      } catch {
        // Somebody took away what we counted on: look, and state what is missing.
        await this.#look();
        await this.#change();
      }
    });
  }

  repair(wanted: readonly NftTable[]): Promise<{ added: number; removed: number }> {
    this.#wanted = wanted;
    return this.#turns.alone(async () => {
      await this.#look();
      return this.#change();
    });
  }

  length(family: NftFamily, chain: string): Promise<number> {
    return this.#turns.alone(async () => (await this.#list(family))?.get(chain)?.length ?? 0);
  }

  remove(): Promise<void> {
    return this.#turns.alone(async () => {
      await this.#look();
      const there = families.filter((family) => (this.#stated.get(family) ?? null) !== null);
      await this.#run(there.map((family) => `delete table ${family} ${this.#table}\n`).join(''));
      this.#stated.clear();
    });
  }

  async #change(): Promise<{ added: number; removed: number }> {
    const wanted = this.#wanted;
    const changes = wanted.map((table) => change(this.#table, table, this.#stated.get(table.family) ?? null));
    await this.#run(changes.map(({ script }) => script).join(''));
    for (const table of wanted) this.#stated.set(table.family, marksOf(table));
    const sum = (key: 'added' | 'removed'): number => changes.reduce((total, each) => total + each[key], 0);
    return { added: sum('added'), removed: sum('removed') };
  }

  async #look(): Promise<void> {
    for (const family of families) this.#stated.set(family, await this.#list(family));
  }

  async #list(family: NftFamily): Promise<Marks> {
    const { code, stdout, stderr } = await this.#nft(['-j', 'list', 'table', family, this.#table]);
    if (code === 0) return readListing(stdout);
    if (stderr.includes('No such file or directory')) return null;
    throw internal(`nft failed: ${stderr.trim() || `exit status ${code}`}`);
  }

  async #run(script: string): Promise<void> {
    if (script === '') return;
    const { code, stderr } = await this.#nft(['-f', '-'], script);
    if (code !== 0) throw internal(`nft failed: ${stderr.trim() || `exit status ${code}`}`);
  }

  #nft(args: readonly string[], stdin?: string) {
    const options = { timeout, ...(stdin === undefined ? {} : { stdin }) };
    return this.#processes.run(['nft', ...args], options).catch((error: unknown) => {
      throw internal(`nft can't be run: ${messageOf(error)}`, error);
    });
  }
}
