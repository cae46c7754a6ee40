/** Which driver a daemon uses: the one it is told to, the one that holds its layers already, else the best that works. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unavailable } from '../../errors/minke-error.ts';
import type { StorageDriver } from './contract.ts';
import { openOverlay2, openVfs, type StorageParts } from './open.ts';
import { overlayProblem } from './overlay2/probe.ts';

function holdsLayers(dataRoot: string, driver: string): boolean {
  try {
    return readdirSync(join(dataRoot, 'image', driver, 'layerdb', 'sha256')).length > 0;
  } catch {
    return false;
  }
}

/**
 * `warning`: why it is not the one that would have been taken otherwise. Throws `unavailable` where overlay2 is asked
 * for and does not work.
 * @param wanted `overlay2`, `vfs`, or '' for a choice of ours
 */
export async function chooseStorage(
  parts: StorageParts,
  wanted: string,
): Promise<{ storage: StorageDriver; warning: string | null }> {
  const { dataRoot, mounts } = parts;
  if (wanted === 'vfs') return { storage: openVfs(parts), warning: null };
  const prior = wanted === '' && holdsLayers(dataRoot, 'vfs') && !holdsLayers(dataRoot, 'overlay2');
  if (prior)
    return {
      storage: openVfs(parts),
      warning: 'images are kept by the vfs driver here, so it is used again',
    };
  const problem = await overlayProblem(join(dataRoot, 'overlay2'), mounts);
  if (problem === null) return { storage: openOverlay2(parts), warning: null };
  if (wanted !== '') throw unavailable(`storage driver ${wanted} is not supported: ${problem}`);
  return { storage: openVfs(parts), warning: `${problem}; the vfs driver is used, which copies every layer` };
}
