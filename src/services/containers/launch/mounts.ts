import { createHash } from 'node:crypto';
import { invalid } from '../../../errors/minke-error.ts';
import type { Rootfs } from '../../../host/rootfs/contract.ts';
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

/**
 * Where a part of a volume or image is for the OCI runtime. The part is held by descriptor and bound to a place of the
 * engine's own, so that nobody who can write to the volume may put another thing in its place (CVE-2021-25741).
 */
async function partOf(
  { folders, rootfs }: Context,
  id: string,
  { root, subpath, name }: { root: string; subpath: string; name: string },
): Promise<string> {
  if (subpath === '') return root;
  const pinned = rootfs.pin(root, subpath);
  try {
    return await folders.bindPart(id, name, pinned.path);
  } finally {
    pinned.release();
  }
}

async function sourceOf(
  context: Context,
  container: LiveContainer,
  point: MountPoint,
  undo: Undo,
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
    undo.add(() => volumes.unmount(point.name, id));
    return root;
  }
  const mountId = imageMountId(id, point.destination);
  const root = await storage.mount(mountId);
  undo.add(() => storage.unmount(mountId));
  return root;
}

/** @param name of the mount point within the container */
async function prepare(
  context: Context,
  container: LiveContainer,
  point: MountPoint,
  name: string,
  undo: Undo,
): Promise<PreparedMount> {
  const { destination, subpath } = point;
  if (point.type === 'tmpfs') return { kind: 'tmpfs', destination, options: point.options };
  const root = await sourceOf(context, container, point, undo);
  const source = await partOf(context, container.id, { root, subpath, name });
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
  undo: Undo,
): Promise<PreparedMount[]> {
  const { mountPoints, hostConfig } = container.record;
  const tmpfs = Object.entries(hostConfig.Tmpfs ?? {}).map(
    ([destination, options]): PreparedMount => ({ kind: 'tmpfs', destination, options }),
  );
  const taken = new Set(tmpfs.map(({ destination }) => destination));
  const points = mountPoints.filter(({ destination }) => !taken.has(destination));
  if (points.some(({ subpath }) => subpath !== '')) undo.add(() => context.folders.unbindParts(container.id));
  const prepared = await Promise.allSettled(
    points.map((point, at) => prepare(context, container, point, String(at), undo)),
  );
  return [
    ...tmpfs,
    ...prepared.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }),
  ];
}

/** A tmpfs on a folder has the mode of that folder, where none was asked for: crun would open it to everybody. */
function withFolderMode(mount: PreparedMount, folderMode: (path: string) => number | null): PreparedMount {
  if (mount.kind !== 'tmpfs' || /(?:^|,)mode=/.test(mount.options)) return mount;
  const mode = folderMode(mount.destination);
  if (mode === null) return mount;
  return { ...mount, options: [mount.options, `mode=${mode.toString(8)}`].filter(Boolean).join(',') };
}

/**
 * What runc sees to by itself and crun does not: a tmpfs has the mode of the folder that it covers, and a link that leads
 * to nothing yet is followed to where the mount point is to be made. What lies on another mount is left to the runtime.
 */
export function fitToImage(
  rootfs: Pick<Rootfs, 'folderMode' | 'kind' | 'resolve'>,
  root: string,
  mounts: readonly PreparedMount[],
): PreparedMount[] {
  const holders = ['/dev', '/proc', '/sys', ...mounts.map(({ destination }) => destination)];
  return mounts.map((mount) => {
    const { destination } = mount;
    if (holders.some((holder) => destination.startsWith(`${holder}/`))) return mount;
    if (rootfs.kind(root, destination) === null)
      return { ...mount, destination: rootfs.resolve(root, destination) };
    return withFolderMode(mount, (path) => rootfs.folderMode(root, path));
  });
}

/** Gives back what `prepareMounts` took; each step is tried. */
export async function releaseMounts(
  context: Context,
  container: LiveContainer,
  report: (error: unknown) => void,
): Promise<void> {
  await context.folders.unbindParts(container.id).catch(report);
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
