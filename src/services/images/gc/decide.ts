import type { ChainId } from '../../../drivers/storage/contract.ts';
import type { Digest } from '../../../wire/digest.ts';
import type { GcRules } from './rules.ts';

export interface GcImage {
  readonly id: Digest;
  readonly parent: Digest | null;
  readonly chain: readonly ChainId[];
  /** Unix milliseconds. */
  readonly lastUsed: number;
  /** Containers are made of it. */
  readonly inUse: boolean;
}

export interface GcFacts {
  readonly images: readonly GcImage[];
  /** Bytes of each layer. */
  readonly layers: ReadonlyMap<ChainId, number>;
  /** Layers that stay whatever goes: containers and work under way stand on them. */
  readonly kept: ReadonlySet<ChainId>;
  /** Bytes of the file system, for marks in percent. */
  readonly disk: { readonly used: number; readonly total: number };
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * Images to remove, the longest unused first, until the low mark is reached: none while the high mark isn't passed. A
 * layer counts as freed with the last image on it, so images that share all their layers with others free nothing and
 * are left alone.
 */
export function decideGc(facts: GcFacts, { high, low, minAge }: GcRules): Digest[] {
  const { layers, kept, disk, now } = facts;
  const all = [...layers.values()].reduce((sum, size) => sum + size, 0);
  const used = high.unit === 'percent' ? disk.used : all;
  const bytesOf = (mark: GcRules['high']): number =>
    mark.unit === 'percent' ? (disk.total * mark.value) / 100 : mark.value;
  if (used <= bytesOf(high)) return [];
  const users = new Map<ChainId, number>();
  for (const { chain } of facts.images)
    for (const chainId of chain) users.set(chainId, (users.get(chainId) ?? 0) + 1);
  const freedBy = ({ chain }: GcImage): number =>
    chain
      .filter((chainId) => users.get(chainId) === 1 && !kept.has(chainId))
      .reduce((sum, chainId) => sum + (layers.get(chainId) ?? 0), 0);
  const waiting = facts.images
    .filter(({ inUse, lastUsed }) => !inUse && lastUsed + minAge <= now)
    .sort((a, b) => a.lastUsed - b.lastUsed);
  const rest = new Set(facts.images);
  const removed: Digest[] = [];
  for (let over = used - bytesOf(low); over > 0; ) {
    const next = waiting.find(
      (image) =>
        rest.has(image) && freedBy(image) > 0 && ![...rest].some(({ parent }) => parent === image.id),
    );
    if (next === undefined) break;
    over -= freedBy(next);
    for (const chainId of next.chain) users.set(chainId, (users.get(chainId) ?? 1) - 1);
    rest.delete(next);
    removed.push(next.id);
  }
  return removed;
}
