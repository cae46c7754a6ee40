import { conflict, invalid, isKind, MinkeError, systemCode } from '../../../errors/minke-error.ts';
import type { ComposedTree, TreePlan } from '../../../host/archive/contract.ts';
import { type Context, undoFor } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import { isGone } from '../record/state.ts';
import { treeMounts } from './mounts.ts';

/** The files of a container as its processes see them, without what the kernel and the engine put there. */
export interface ContainerFiles {
  readonly tree: ComposedTree;
  /** Gives all back, in the background. To be called once. */
  readonly release: () => void;
}

/** Makes the sources of `-v` that are missing, as a start does. False where none is. @throws invalid */
function mendSources(context: Context, { record }: LiveContainer): boolean {
  const missing = record.mountPoints.filter(
    ({ type, source }) => type === 'bind' && context.sources.kind(source) === null,
  );
  for (const { createSource, source } of missing) {
    if (!createSource) {
      throw invalid(`invalid mount config for type "bind": bind source path does not exist: ${source}`);
    }
    context.sources.create(source);
  }
  return missing.length > 0;
}

async function compose(context: Context, container: LiveContainer, plan: TreePlan): Promise<ComposedTree> {
  try {
    return await context.archives.compose(plan);
  } catch (error) {
    // Asked only now: a look at a source on a dead file server takes for ever, and would hold up everybody here.
    const isMissing = error instanceof MinkeError && systemCode(error.cause) === 'ENOENT';
    if (!isMissing || !mendSources(context, container)) throw error;
    return context.archives.compose(plan);
  }
}

async function open(context: Context, container: LiveContainer, undo: Undo): Promise<ComposedTree> {
  const { storage } = context;
  const { id, record } = container;
  // Until then volumes are being unmounted.
  if (container.run === null) await container.teardown;
  const root = await storage.mount(id);
  undo.add(() => storage.unmount(id));
  const mounts = await treeMounts(context, container, undo);
  const tree = await compose(context, container, {
    root,
    mounts,
    writable: !record.hostConfig.ReadonlyRootfs,
  });
  undo.add(() => tree.close());
  return tree;
}

/** Running or not, also while paused. @throws conflict */
export async function openFiles(context: Context, container: LiveContainer): Promise<ContainerFiles> {
  if (isGone(container.record.state)) throw conflict(`container ${container.id} is marked for removal`);
  const undo = undoFor(context, container.id);
  try {
    const tree = await open(context, container, undo);
    return { tree, release: () => void undo.run() };
  } catch (error) {
    await undo.run();
    // A missing volume or layer is no file that the client did not find.
    throw isKind(error, 'not-found') ? conflict(error.message, error) : error;
  }
}
