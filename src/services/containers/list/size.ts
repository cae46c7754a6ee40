import { isKind } from '../../../errors/minke-error.ts';
import type { Context } from '../context.ts';

/**
 * Bytes of a container's own files, and with its image's. -1 and 0 where its filesystem is not there any more, or a
 * layer below it is not (it is being removed, or the disk was damaged): one container keeps no list of all from being
 * made.
 */
export async function sizeOf({ storage }: Context, id: string): Promise<{ rw: number; root: number }> {
  try {
    return await storage.usage(id);
  } catch (error) {
    if (isKind(error, 'not-found')) return { rw: -1, root: 0 };
    throw error;
  }
}
