/**
 * The folder for what is there for a moment only: the bundle of the probe's trial, and the file that crun binds its own
 * program to at a start (`_LIBCONTAINER_STATEDIR`; without it that is `/tmp/crun.XXXXXX`). Killed in such a moment,
 * daemon or runtime leave it, mounted or not, and nobody else would look for it in /tmp.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { Mounts } from '../../../host/mount/contract.ts';

export type SeenMounts = Pick<Mounts, 'list' | 'unmount'>;

/** The variable by which crun and runc are told where to bind their own program. */
export const STATE_FOLDER = '_LIBCONTAINER_STATEDIR';

/** Removes a folder and the files mounted in it. Does nothing where there is none. */
export async function removeMounted(folder: string, mounts: SeenMounts): Promise<void> {
  try {
    rmSync(folder, { recursive: true, force: true });
    return;
  } catch {
    // Most likely one is mounted: EBUSY, which Node's `rmSync` has no code for.
  }
  // The newest first: what is mounted on another mount goes before it.
  for (const { mountPoint } of mounts.list().toReversed())
    if (mountPoint.startsWith(`${folder}/`)) await mounts.unmount(mountPoint);
  rmSync(folder, { recursive: true, force: true });
}

/** Makes it anew, empty. */
export async function emptyScratch(folder: string, mounts: SeenMounts): Promise<void> {
  await removeMounted(folder, mounts);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
}
