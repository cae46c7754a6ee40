/** A new volume takes on what the image has at its place. */
import { isKind, systemCode } from '../../errors/minke-error.ts';
import type { Context } from './context.ts';
import type { MountPoint } from './record/record.ts';

/** Copies into volumes that are empty; one that holds anything stays as it is. */
export async function copyUp(context: Context, id: string, points: readonly MountPoint[]): Promise<void> {
  const wanted = points.filter(
    ({ type, copyUp: copies, subpath }) => type === 'volume' && copies && subpath === '',
  );
  if (wanted.length === 0) return;
  const { storage, volumes, archives, rootfs } = context;
  const root = await storage.mount(id);
  try {
    for (const { name, destination } of wanted) {
      if (rootfs.kind(root, destination) !== 'directory') continue;
      const path = await volumes.mount(name, id);
      try {
        if (!rootfs.isEmpty(path)) continue;
        // Where it leads inside of the root; a link to the outside leads nowhere.
        const pinned = rootfs.pin(root, rootfs.resolve(root, destination));
        try {
          await archives.copy(pinned.path, path);
          rootfs.copyOwner(pinned.path, path);
        } finally {
          pinned.release();
        }
      } catch (error) {
        if (!isKind(error, 'not-found') && systemCode(error) !== 'ENOENT') throw error;
      } finally {
        await volumes.unmount(name, id);
      }
    }
  } finally {
    await storage.unmount(id);
  }
}
