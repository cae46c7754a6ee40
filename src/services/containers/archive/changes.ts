import type { FilesystemChange } from '../../../wire/generated/engine-api.ts';
import type { Context } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';

const kinds = { modified: 0, added: 1, deleted: 2 } as const;

/** What the container's own layer changes of its image. */
export async function changes(context: Context, container: LiveContainer): Promise<FilesystemChange[]> {
  const found = await context.storage.changes(container.id);
  return found.map(({ path, kind }) => ({ Path: path, Kind: kinds[kind] }));
}
