import type { ChainId } from '../../../drivers/storage/contract.ts';
import { discardImage } from '../discard.ts';
import type { ImageParts } from '../parts.ts';
import { decideGc, type GcFacts } from './decide.ts';
import type { GcRules } from './rules.ts';

/** Bytes of the file system that images lie on. */
export type DiskSpace = () => Promise<GcFacts['disk']>;

/** Removes what the rules let go of. Answers how many images went. */
export async function collectImages(parts: ImageParts, rules: GcRules, disk: DiskSpace): Promise<number> {
  const facts = await gcFacts(parts, disk);
  let removed = 0;
  for (const id of decideGc(facts, rules)) {
    // Used since it was decided.
    if (parts.lastUse.of(id) > facts.now - rules.minAge) continue;
    if (!(await discardImage(parts, id, { reason: 'image-gc' }))) continue;
    parts.lastUse.forget(id);
    parts.log.info('image removed: unused, and the disk is above its mark', { id });
    removed++;
  }
  if (removed > 0) await parts.blobs.sweep(parts);
  return removed;
}

async function gcFacts(parts: ImageParts, disk: DiskSpace): Promise<GcFacts> {
  const infos = new Map((await parts.storage.layers()).map((info) => [info.chainId, info]));
  const kept = new Set<ChainId>([...infos.keys()].filter((chainId) => parts.layers.holdsOn(chainId) > 0));
  for (const top of (await parts.storage.filesystems()).values())
    for (let next = top; next !== null; next = infos.get(next)?.parent ?? null) kept.add(next);
  return {
    images: [...parts.catalog.all()].map(({ id, chain, record }) => ({
      id,
      parent: record.parent ?? null,
      chain,
      lastUsed: parts.lastUse.of(id),
      inUse: parts.usedBy(id).length > 0,
    })),
    layers: new Map([...infos].map(([chainId, { size }]) => [chainId, size])),
    kept,
    disk: await disk(),
    now: parts.now().getTime(),
  };
}
