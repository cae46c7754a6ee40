/** Whether overlay mounts work on the filesystem of a folder, found out by making one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../errors/minke-error.ts';
import type { Mounts } from '../../../host/mount/contract.ts';

/** Null where they do, else the reason. */
export async function overlayProblem(home: string, mounts: Mounts): Promise<string | null> {
  mkdirSync(home, { recursive: true, mode: 0o710 });
  const base = mkdtempSync(join(home, 'probe-'));
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(base, name));
    writeFileSync(join(base, 'lower', 'file'), '');
    mounts.overlay({ base, lower: ['lower'], upper: 'upper', work: 'work' }, 'merged');
    try {
      // Gone from the merged view means a whiteout was made: that needs character devices and rename in the upper.
      rmSync(join(base, 'merged', 'file'));
    } finally {
      await mounts.unmount(join(base, 'merged'));
    }
    return null;
  } catch (error) {
    return `overlayfs does not work on ${home}: ${messageOf(error)}`;
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
