import type { Family, Firewall, FoundRule, RuleSet } from './contract.ts';
import { correction, type Found } from './rules.ts';

/** A packet filter that is data, for unit tests. */
export class MemoryFirewall implements Firewall {
  found: Found = { chains: [], rules: [] };
  readonly legacy = false;
  readonly policies = new Map<string, string>();
  /** How often something had to be changed. */
  changes = 0;
  #wanted: RuleSet = { chains: [], rules: [] };

  async apply(wanted: RuleSet): Promise<void> {
    const before = new Set(this.#wanted.rules.map(lineOf));
    this.#wanted = wanted;
    this.#correct((rule) => before.has(lineOf(rule)));
  }

  async repair(
    wanted: RuleSet,
    ours: (rule: FoundRule) => boolean,
  ): Promise<{ added: number; removed: number }> {
    this.#wanted = wanted;
    return this.#correct(ours);
  }

  async policy(family: Family, chain: string, verdict: string): Promise<void> {
    this.policies.set(`${family} ${chain}`, verdict);
  }

  /** `filter DOCKER -i br0 -j DROP`, the IPv6 ones behind `6 `. */
  get lines(): string[] {
    return this.found.rules.map((rule) => `${rule.family === 'ipv6' ? '6 ' : ''}${lineOf(rule)}`);
  }

  #correct(ours: (rule: FoundRule) => boolean): { added: number; removed: number } {
    const { chains, add, remove } = correction(this.found, this.#wanted, ours);
    if (chains.length + add.length + remove.length > 0) this.changes += 1;
    const kept = this.found.rules.filter((rule) => !remove.includes(rule));
    const top = add.filter(({ place }) => place === 'top');
    const bottom = add.filter(({ place }) => place === 'bottom');
    this.found = { chains: [...this.found.chains, ...chains], rules: [...top, ...kept, ...bottom] };
    return { added: add.length, removed: remove.length };
  }
}

const lineOf = ({ table, chain, args }: FoundRule): string => `${table} ${chain} ${args}`;
