/** Rule sets compared, and changes written as input of iptables-restore(8). */
import type { Chain, Family, FoundRule, Rule, RuleSet, Table } from './contract.ts';

export interface Change {
  readonly chains: readonly Chain[];
  readonly add: readonly Rule[];
  readonly remove: readonly FoundRule[];
}

const chainKey = ({ family, table, chain }: Chain): string => `${family} ${table} ${chain}`;
const ruleKey = (rule: FoundRule): string => `${chainKey(rule)} ${rule.args}`;

export const isEmpty = ({ chains, add, remove }: Change): boolean =>
  chains.length + add.length + remove.length === 0;

export const ofFamily = (change: Change, family: Family): Change => ({
  chains: change.chains.filter((each) => each.family === family),
  add: change.add.filter((each) => each.family === family),
  remove: change.remove.filter((each) => each.family === family),
});

/** From what we stated before to what is wanted now. */
export function difference(before: RuleSet, wanted: RuleSet): Change {
  const oldChains = new Set(before.chains.map(chainKey));
  const oldRules = new Set(before.rules.map(ruleKey));
  const newRules = new Set(wanted.rules.map(ruleKey));
  return {
    chains: wanted.chains.filter((chain) => !oldChains.has(chainKey(chain))),
    add: wanted.rules.filter((rule) => !oldRules.has(ruleKey(rule))),
    remove: before.rules.filter((rule) => !newRules.has(ruleKey(rule))),
  };
}

/** What is in the tables. */
export interface Found {
  readonly chains: readonly Chain[];
  readonly rules: readonly FoundRule[];
}

/** From what is there to what is wanted; a rule that is there twice is taken out once. */
export function correction(found: Found, wanted: RuleSet, ours: (rule: FoundRule) => boolean): Change {
  const chains = new Set(found.chains.map(chainKey));
  const wantedRules = new Set(wanted.rules.map(ruleKey));
  const seen = new Set<string>();
  const remove = found.rules.filter((rule) => {
    const key = ruleKey(rule);
    if (wantedRules.has(key) && !seen.has(key)) {
      seen.add(key);
      return false;
    }
    return wantedRules.has(key) || ours(rule);
  });
  return {
    chains: wanted.chains.filter((chain) => !chains.has(chainKey(chain))),
    add: wanted.rules.filter((rule) => !seen.has(ruleKey(rule))),
    remove,
  };
}

const tables: readonly Table[] = ['raw', 'filter', 'nat'];

/** Input for `iptables-restore --noflush` of one family. Each table is changed whole or not at all. */
export function restoreScript(change: Change): string {
  const lines: string[] = [];
  for (const table of tables) {
    const within = <T extends Chain>(list: readonly T[]): T[] => list.filter((each) => each.table === table);
    const add = within(change.add);
    const body = [
      ...within(change.chains).map(({ chain }) => `-N ${chain}`),
      ...within(change.remove).map(({ chain, args }) => `-D ${chain} ${args}`),
      // Each is put on top of the one before, so the first of the list goes last.
      ...add
        .filter(({ place }) => place === 'top')
        .reverse()
        .map(({ chain, args }) => `-I ${chain} 1 ${args}`),
      ...add.filter(({ place }) => place === 'bottom').map(({ chain, args }) => `-A ${chain} ${args}`),
    ];
    if (body.length > 0) lines.push(`*${table}`, ...body, 'COMMIT');
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Reads what iptables-save(8) prints. Tables that are none of ours are left out. */
export function parseSave(family: Family, text: string): Found {
  const chains: Chain[] = [];
  const rules: FoundRule[] = [];
  let table: Table | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = tables.find((name) => name === line.slice(1).trim());
    if (table === undefined) continue;
    const declared = /^:(\S+) /.exec(line);
    if (declared?.[1] !== undefined) chains.push({ family, table, chain: declared[1] });
    const rule = /^-A (\S+) (.*)$/.exec(line);
    if (rule?.[1] !== undefined && rule[2] !== undefined) {
      rules.push({ family, table, chain: rule[1], args: rule[2].trimEnd() });
    }
  }
  return { chains, rules };
}
