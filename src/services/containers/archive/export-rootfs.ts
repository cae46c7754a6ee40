import { addAbortSignal, type Readable } from 'node:stream';
import { conflict } from '../../../errors/minke-error.ts';
import { announce, type Context, warner } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';

/** The root filesystem alone: no volumes, nothing that is mounted. @throws conflict */
export async function exportRootfs(
  context: Context,
  container: LiveContainer,
  signal: AbortSignal,
): Promise<Readable> {
  const { storage, archives } = context;
  const { id, record } = container;
  if (record.state.status === 'dead') throw conflict(`You cannot export container ${id} which is Dead`);
  if (record.state.status === 'removing') {
    throw conflict(`You cannot export container ${id} which is being removed`);
  }
  if (container.run === null) await container.teardown;
  const release = (): void => {
    storage.unmount(id).catch(warner(context, id, 'a filesystem could not be unmounted'));
  };
  const root = await storage.mount(id);
  try {
    signal.throwIfAborted();
    const tar = archives.pack(root);
    tar.once('close', release);
    tar.once('end', () => announce(context, container, 'export'));
    return addAbortSignal(signal, tar);
  } catch (error) {
    release();
    throw error;
  }
}
