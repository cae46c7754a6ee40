import { createHash } from 'node:crypto';
import { invalid } from '../../../errors/minke-error.ts';
import { parseDigest } from '../../../wire/digest.ts';
import type { Context } from '../context.ts';
import type { LiveContainer } from '../live/container.ts';
import type { Undo } from '../live/undo.ts';
import type { MountPoint } from '../record/record.ts';
import type { PreparedMount } from '../spec/mounts.ts';

/** The storage driver's name for an image that is mounted at one place in one container. */
export const imageMountId = (container: string, destination: string): string =>
  createHash('sha256').update(`${container} ${destination}`).digest('hex');

function bindSource(context: Context, { source, createSource }: MountPoint): string {
  if (context.sources.kind(source) === null) {
    if (!createSource) {
      throw invalid(`invalid mount config for type "bind": bind source path does not exist: ${source}`);
    }
    context.sources.create(source);
  }
  return source;
}

/** Holds a path below a volume or image for as long as the start takes. */
function below(context: Context, root: string, subpath: string, undoLater: Undo): string {
  if (subpath === '') return root;
  const pinned = context.rootfs.pin(root, subpath);
  undoLater.add(() => pinned.release());
  return pinned.path;
}

export interface MountHolds {
  /** Taken back when the start fails. */
  readonly undo: Undo;
  /** Taken back once the container's processes are there, or the start failed. */
  readonly later: Undo;
}

async function sourceOf(
  context: Context,
  container: LiveContainer,
  point: MountPoint,
  holds: MountHolds,
): Promise<string> {
  const { id } = container;
  const { volumes, storage } = context;
  if (point.type === 'bind') return bindSource(context, point);
  if (point.type === 'volume') {
    const root = await volumes.mount(point.name, id, {
      destination: point.destination,
      writable: point.rw,
      propagation: point.propagation,
    });
    holds.undo.add(() => volumes.unmount(point.name, id));
    return below(context, root, point.subpath, holds.later);
  }
  const mountId = imageMountId(id, point.destination);
  const root = await storage.mount(mountId);
  holds.undo.add(() => storage.unmount(mountId));
  return below(context, root, point.subpath, holds.later);
}

async function prepare(
  context: Context,
  container: LiveContainer,
  point: MountPoint,
  holds: MountHolds,
): Promise<PreparedMount> {
  const { destination } = point;
  if (point.type === 'tmpfs') return { kind: 'tmpfs', destination, options: point.options };
  const source = await sourceOf(context, container, point, holds);
  // Nothing can be mounted below a file, and crun 1.8 takes a recursive option as the sign of a directory.
  const flat = point.recursiveReadOnly !== 'no' && context.sources.kind(source) === 'file';
  return {
    kind: 'bind',
    source,
    destination,
    writable: point.rw,
    propagation: point.propagation,
    nonRecursive: point.nonRecursive,
    recursiveReadOnly: flat ? 'no' : point.recursiveReadOnly,
  };
}

/** All mount points of a container with their sources mounted on the host. */
export async function prepareMounts(
  context: Context,
  container: LiveContainer,
  holds: MountHolds,
): Promise<PreparedMount[]> {
  const { mountPoints, hostConfig } = container.record;
  const tmpfs = Object.entries(hostConfig.Tmpfs ?? {}).map(
    ([destination, options]): PreparedMount => ({ kind: 'tmpfs', destination, options }),
  );
  const taken = new Set(tmpfs.map(({ destination }) => destination));
  const points = mountPoints.filter(({ destination }) => !taken.has(destination));
  const prepared = await Promise.allSettled(points.map((point) => prepare(context, container, point, holds)));
  return [
    ...tmpfs,
    ...prepared.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }),
  ];
}

/** Gives back what `prepareMounts` took; each step is tried. */
export async function releaseMounts(
  context: Context,
  container: LiveContainer,
  report: (error: unknown) => void,
): Promise<void> {
  for (const point of container.record.mountPoints) {
    if (point.type === 'volume') await context.volumes.unmount(point.name, container.id).catch(report);
    if (point.type === 'image') {
      await context.storage.unmount(imageMountId(container.id, point.destination)).catch(report);
    }
  }
}

/** The filesystem of an image that is mounted into a container; at create. */
export async function createImageMount(
  context: Context,
  container: string,
  point: MountPoint,
): Promise<void> {
  const { topLayer } = await context.images.resolve(parseDigest(point.source));
  await context.storage.create(imageMountId(container, point.destination), { parent: topLayer });
}
