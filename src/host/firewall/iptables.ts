import { internal, messageOf } from '../../errors/minke-error.ts';
import type { Processes } from '../process/contract.ts';
import type { Family, Firewall, FoundRule, RuleSet } from './contract.ts';
import { type Change, correction, difference, isEmpty, ofFamily, parseSave, restoreScript } from './rules.ts';
import { Turns } from './turns.ts';

const programs = {
  ipv4: { save: 'iptables-save', restore: 'iptables-restore' },
  ipv6: { save: 'ip6tables-save', restore: 'ip6tables-restore' },
} as const;

/** Seconds to wait for others who hold the lock of the old (non-nft) tables. */
const lockSeconds = '10';
const timeout = 30_000;
const nothing: RuleSet = { chains: [], rules: [] };

/** iptables and ip6tables, whichever of the two implementations (nft, legacy) the host has under these names. */
export class IptablesFirewall implements Firewall {
  readonly #processes: Processes;
  readonly #families: readonly Family[];
  readonly #turns = new Turns();
  /** What the last successful change left. */
  #stated: RuleSet = nothing;
  #wanted: RuleSet = nothing;
  legacy = false;

  /** @param options.families those that may be touched (`--iptables`, `--ip6tables`) */
  constructor(options: { processes: Processes; families: readonly Family[] }) {
    this.#processes = options.processes;
    this.#families = options.families;
  }

  apply(wanted: RuleSet): Promise<void> {
    this.#wanted = wanted;
    return this.#turns.join(() => this.#change());
  }

  repair(wanted: RuleSet, ours: (rule: FoundRule) => boolean): Promise<{ added: number; removed: number }> {
    this.#wanted = wanted;
    return this.#turns.alone(() => this.#mend(this.#wanted, ours));
  }

  policy(family: Family, chain: 'FORWARD', verdict: 'ACCEPT' | 'DROP'): Promise<void> {
    return this.#turns.alone(async () => {
      if (!this.#families.includes(family)) return;
      await this.#restore(family, `*filter\n-P ${chain} ${verdict}\nCOMMIT\n`);
    });
  }

  async #change(): Promise<void> {
    const wanted = this.#wanted;
    const before = this.#stated;
    try {
      await this.#perform(difference(before, wanted));
      this.#stated = wanted;
    } catch {
      // Somebody took out or put in what we counted on: look, and do what is left to do.
      const gone = new Set(before.rules.map(keyOf));
      await this.#mend(wanted, (rule) => gone.has(keyOf(rule)));
    }
  }

  async #mend(
    wanted: RuleSet,
    ours: (rule: FoundRule) => boolean,
  ): Promise<{ added: number; removed: number }> {
    let [added, removed] = [0, 0];
    for (const family of this.#families) {
      const { stdout } = await this.#program([programs[family].save]);
      if (stdout !== '') this.legacy = !stdout.includes('(nf_tables)');
      const own = { chains: wanted.chains.filter(of(family)), rules: wanted.rules.filter(of(family)) };
      const change = correction(parseSave(family, stdout), own, ours);
      await this.#perform(change);
      added += change.add.length;
      removed += change.remove.length;
    }
    this.#stated = wanted;
    return { added, removed };
  }

  async #perform(change: Change): Promise<void> {
    await Promise.all(
      this.#families.map(async (family) => {
        const part = ofFamily(change, family);
        if (!isEmpty(part)) await this.#restore(family, restoreScript(part));
      }),
    );
  }

  async #restore(family: Family, script: string): Promise<void> {
    await this.#program([programs[family].restore, '--noflush', '-w', lockSeconds], script);
  }

  async #program(argv: readonly string[], stdin?: string): Promise<{ stdout: string }> {
    const name = argv[0];
    const options = { timeout, ...(stdin === undefined ? {} : { stdin }) };
    const result = await this.#processes.run(argv, options).catch((error: unknown) => {
      throw internal(`${name} can't be run: ${messageOf(error)}`, error);
    });
    if (result.code === 0) return result;
    throw internal(`${name} failed: ${result.stderr.trim() || `exit status ${result.code}`}`);
  }
}

const of =
  (family: Family) =>
  (each: { readonly family: Family }): boolean =>
    each.family === family;

const keyOf = ({ family, table, chain, args }: FoundRule): string => `${family} ${table} ${chain} ${args}`;
