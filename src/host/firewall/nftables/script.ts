/** Tables compared chain by chain, and changes written as input of `nft -f`. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { NftChain, NftFamily, NftTable } from './contract.ts';

/** Marks of the rules of each chain, in order; null: there is no such table. */
export type Marks = ReadonlyMap<string, readonly string[]> | null;

/** Stands in a rule's comment, so that a rule is known again without reading what it says. */
export const markOf = (rule: string): string => createHash('sha256').update(rule).digest('hex').slice(0, 16);

export const marksOf = ({ chains }: NftTable): Marks =>
  new Map(chains.map(({ name, rules }) => [name, rules.map(markOf)]));

export interface Change {
  /** Empty: all is as it should be. */
  readonly script: string;
  readonly added: number;
  readonly removed: number;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

function declare(place: string, { name, hook }: NftChain): string {
  if (hook === null) return `add chain ${place} ${name}`;
  return `add chain ${place} ${name} { type ${hook.type} hook ${hook.hook} priority ${hook.priority}; }`;
}

/** Chains whose rules differ are filled anew; all together is one transaction. */
export function change(table: string, { family, chains }: NftTable, found: Marks): Change {
  const place = `${family} ${table}`;
  const before = found ?? new Map<string, readonly string[]>();
  const names = new Set(chains.map(({ name }) => name));
  const gone = [...before.keys()].filter((name) => !names.has(name));
  const fresh = chains.filter(({ name }) => !before.has(name));
  const changed = chains.filter(({ name, rules }) => {
    const marks = before.get(name);
    return marks !== undefined && !same(marks, rules.map(markOf));
  });
  const filled = [...fresh, ...changed];
  const lines = [
    ...(found === null ? [`add table ${place}`] : []),
    ...fresh.map((chain) => declare(place, chain)),
    ...[...changed.map(({ name }) => name), ...gone].map((name) => `flush chain ${place} ${name}`),
    ...filled.flatMap(({ name, rules }) =>
      rules.map((rule) => `add rule ${place} ${name} ${rule} comment "${markOf(rule)}"`),
    ),
    ...gone.map((name) => `delete chain ${place} ${name}`),
  ];
  return { script: lines.map((line) => `${line}\n`).join(''), ...counts(before, chains) };
}

function counts(
  before: ReadonlyMap<string, readonly string[]>,
  chains: readonly NftChain[],
): { added: number; removed: number } {
  const keys = (name: string, marks: readonly string[]): string[] => marks.map((mark) => `${name} ${mark}`);
  const old = new Set([...before].flatMap(([name, marks]) => keys(name, marks)));
  const wanted = new Set(chains.flatMap(({ name, rules }) => keys(name, rules.map(markOf))));
  const missing = (from: ReadonlySet<string>, of: ReadonlySet<string>): number =>
    [...of].filter((key) => !from.has(key)).length;
  return { added: missing(old, wanted), removed: missing(wanted, old) };
}

const listing = v.object({
  nftables: v.array(
    v.looseObject({
      chain: v.optional(v.looseObject({ name: v.string() })),
      rule: v.optional(v.looseObject({ chain: v.string(), comment: v.optional(v.string(), '') })),
    }),
  ),
});

/** Reads what `nft -j list table` prints. Throws where it is something else. */
export function readListing(text: string): Marks {
  const marks = new Map<string, string[]>();
  for (const { chain, rule } of v.parse(listing, JSON.parse(text)).nftables) {
    if (chain !== undefined) marks.set(chain.name, marks.get(chain.name) ?? []);
    if (rule !== undefined) marks.set(rule.chain, [...(marks.get(rule.chain) ?? []), rule.comment]);
  }
  return marks;
}

export const families: readonly NftFamily[] = ['ip', 'ip6'];
