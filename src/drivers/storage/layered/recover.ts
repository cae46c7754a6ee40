/**
 * What a layer's record said, out of what else is on the disk. A layer's name is a digest of its archive and of what it
 * stands on, and the archive can be written again: the tree whose files make it is the layer's.
 */
import { createHash } from 'node:crypto';
import type { Archives, LayerParts } from '../../../host/archive/contract.ts';
import { type Digest, parseDigest } from '../../../wire/digest.ts';
import { chainIdOf } from '../chain-id.ts';
import type { ChainId } from '../contract.ts';
import type { LooseTree, StoredLayer } from './backend.ts';

export interface Remains {
  readonly trees: readonly LooseTree[];
  /** The archive of a layer, should that tree be its own. */
  readonly parts: (chainId: ChainId, cacheId: string) => LayerParts;
  readonly archives: Pick<Archives, 'assembleLayer' | 'usage'>;
}

/**
 * Those of `lost` that one tree alone fits, each behind what it stands on. (A layer without a file's content says
 * nothing of its tree: where several stand on the same layer, they may all fit.)
 */
export async function recoverLayers(
  lost: Iterable<ChainId>,
  known: ReadonlyMap<ChainId, StoredLayer>,
  remains: Remains,
): Promise<StoredLayer[]> {
  const found: StoredLayer[] = [];
  const left = new Set(lost);
  for (let before = -1; before < found.length; ) {
    before = found.length;
    const byTree = new Map([...known.values(), ...found].map((layer) => [layer.cacheId, layer.chainId]));
    for (const chainId of left) {
      const fits: StoredLayer[] = [];
      for (const tree of remains.trees) {
        const parent = tree.below === null ? null : byTree.get(tree.below);
        if (parent === undefined || byTree.has(tree.cacheId)) continue;
        const layer = await layerOf(chainId, parent, tree, remains);
        if (layer !== null) fits.push(layer);
      }
      const [layer] = fits;
      if (layer === undefined || fits.length > 1) continue;
      found.push(layer);
      byTree.set(layer.cacheId, layer.chainId);
      left.delete(chainId);
    }
  }
  return found;
}

/** Null where the tree is not that layer's. */
async function layerOf(
  chainId: ChainId,
  parent: ChainId | null,
  { cacheId, opaqueRoot }: LooseTree,
  { parts, archives }: Remains,
): Promise<StoredLayer | null> {
  const files = parts(chainId, cacheId);
  const archive = await measure(files, archives);
  if (archive === null || chainIdOf(parent, archive.diffId) !== chainId) return null;
  const { diffId, tarSize } = archive;
  return { chainId, diffId, parent, size: await archives.usage(files.root), tarSize, cacheId, opaqueRoot };
}

/** Null where files that it needs are not there or too short. */
async function measure(
  files: LayerParts,
  archives: Remains['archives'],
): Promise<{ readonly diffId: Digest; readonly tarSize: number } | null> {
  const hash = createHash('sha256');
  let tarSize = 0;
  try {
    for await (const chunk of archives.assembleLayer(files)) {
      hash.update(chunk);
      tarSize += chunk.length;
    }
  } catch {
    return null;
  }
  return { diffId: parseDigest(`sha256:${hash.digest('hex')}`), tarSize };
}
