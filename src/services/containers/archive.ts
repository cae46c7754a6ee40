/** `cp`, `export`, `diff`: the container's files, running or not. */
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { conflict, forbidden, invalid, isKind, notFound } from '../../errors/minke-error.ts';
import type { Archives, PathStat as HostPathStat, ViewBind } from '../../host/archive/contract.ts';
import { timeOf } from '../../kit/time/rfc3339.ts';
import type { FilesystemChange } from '../../wire/generated/engine-api.ts';
import { announce, type Context, undoFor, warner } from './context.ts';
import type { PathStat } from './contract.ts';
import { imageMountId } from './launch/mounts.ts';
import type { LiveContainer } from './live/container.ts';
import type { Undo } from './live/undo.ts';
import { isGone } from './record/state.ts';

type Reader = Pick<Archives, 'extract' | 'pack' | 'stat'>;

/** The container's root on the host, and who reads and writes below it. */
interface Place {
  readonly root: string;
  readonly files: Reader;
  release(): Promise<void>;
}

const absolute = (path: string): string => posix.normalize(`/${path}`).replace(/(.)\/$/, '$1');

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The sources of a stopped container's mount points, for a view that has them in place. */
async function bindsOf(context: Context, container: LiveContainer, undo: Undo): Promise<ViewBind[]> {
  const { volumes, storage, rootfs, sources } = context;
  const { id, record } = container;
  const binds: ViewBind[] = [];
  for (const point of record.mountPoints) {
    const { type, name, destination, subpath } = point;
    let source = point.source;
    if (type === 'tmpfs' || (type === 'bind' && sources.kind(source) === null)) continue;
    if (type === 'volume') {
      source = await volumes.mount(name, id);
      undo.add(() => volumes.unmount(name, id));
    } else if (type === 'image') {
      const mountId = imageMountId(id, destination);
      source = await storage.mount(mountId);
      undo.add(() => storage.unmount(mountId));
    }
    if (subpath !== '') {
      const pinned = rootfs.pin(source, subpath);
      undo.add(() => pinned.release());
      source = pinned.path;
    }
    binds.push({ source, destination, readonly: !point.rw });
  }
  return binds;
}

/**
 * A running container's files are seen as its processes see them. Of one that does not run the root filesystem is
 * mounted, with its volumes in place.
 */
async function placeOf(context: Context, container: LiveContainer): Promise<Place> {
  const { record, run, id } = container;
  if (isGone(record.state)) throw conflict(`container ${id} is marked for removal`);
  if (run?.container.process != null) {
    const root = `/proc/${run.container.process.pid}/root`;
    return { root, files: context.archives, release: async () => {} };
  }
  await container.teardown;
  const { storage, archives } = context;
  const undo = undoFor(context, id);
  try {
    const root = await storage.mount(id);
    undo.add(() => storage.unmount(id));
    const binds = await bindsOf(context, container, undo);
    if (binds.length === 0) return { root, files: archives, release: () => undo.run() };
    const view = await archives.view(root, binds);
    undo.add(() => view.close());
    return { root, files: view, release: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** @throws forbidden where the path lies on something read-only */
function checkWritable({ record }: LiveContainer, path: string): void {
  const points = record.mountPoints.filter(({ destination }) => isBelow(path, destination));
  if (points.some(({ rw }) => !rw)) throw forbidden('mounted volume is marked read-only');
  if (points.length === 0 && record.hostConfig.ReadonlyRootfs)
    throw forbidden('container rootfs is marked read-only');
}

/** Bits of Go's os.FileMode beside the permissions. */
const goModes: readonly [number, number][] = [
  [0o040000, 0x80000000], // directory
  [0o120000, 0x08000000], // symlink
  [0o060000, 0x04000000], // block device
  [0o020000, 0x04200000], // character device
  [0o010000, 0x02000000], // FIFO
  [0o140000, 0x01000000], // socket
];

function goMode({ type, mode }: HostPathStat): number {
  let bits = (mode & 0o777) + (goModes.find(([kind]) => kind === type)?.[1] ?? 0);
  if ((mode & 0o4000) !== 0) bits += 0x00800000;
  if ((mode & 0o2000) !== 0) bits += 0x00400000;
  if ((mode & 0o1000) !== 0) bits += 0x00100000;
  return bits;
}

const showStat = (stat: HostPathStat, path: string): PathStat => ({
  name: path === '/' ? '/' : stat.name,
  size: stat.size,
  mode: goMode(stat),
  mtime: timeOf(BigInt(stat.mtime.seconds) * 1_000_000_000n + BigInt(stat.mtime.nanoseconds)),
  linkTarget: stat.linkTarget,
});

const missing = (asked: string, ref: string, error: unknown): unknown =>
  isKind(error, 'not-found')
    ? notFound(`Could not find the file ${asked} in container ${ref}`, error)
    : error;

const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;

/** A path that ends in a slash or `/.` means the folder behind a link. */
const wantsFolder = (asked: string): boolean => /\/\.?$/.test(asked) && absolute(asked) !== '/';

async function statIn(
  ref: string,
  place: Place,
  asked: string,
): Promise<{ stat: HostPathStat; path: string }> {
  const path = absolute(asked);
  try {
    const stat = await place.files.stat(place.root, path);
    if (!wantsFolder(asked) || stat.type !== S_IFLNK) return { stat, path };
    return { stat: await place.files.stat(place.root, stat.linkTarget), path: stat.linkTarget };
  } catch (error) {
    throw missing(asked, ref, error);
  }
}

export async function statPath(
  context: Context,
  container: LiveContainer,
  ref: string,
  asked: string,
): Promise<PathStat> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container);
  try {
    const { stat, path } = await statIn(ref, place, asked);
    return showStat(stat, path);
  } finally {
    await place.release();
  }
}

/** Gives the place back when the stream is over, however it ends. */
function releasing(context: Context, container: LiveContainer, stream: Readable, place: Place): Readable {
  stream.once('close', () => {
    place.release().catch(warner(context, container.id, 'a filesystem could not be unmounted'));
  });
  return stream;
}

export async function readArchive(
  context: Context,
  container: LiveContainer,
  ref: string,
  asked: string,
  signal: AbortSignal,
): Promise<{ stat: PathStat; tar: Readable }> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container);
  try {
    const { stat, path } = await statIn(ref, place, asked);
    const name = path === '/' ? '/' : asked.endsWith('/.') ? '.' : stat.name;
    const tar = place.files.pack(place.root, { path, name });
    signal.addEventListener('abort', () => tar.destroy(), { once: true });
    announce(context, container, 'archive-path');
    return { stat: showStat(stat, path), tar: releasing(context, container, tar, place) };
  } catch (error) {
    await place.release();
    throw error;
  }
}

export async function writeArchive(
  context: Context,
  container: LiveContainer,
  ref: string,
  asked: string,
  tar: Readable,
  options: { noOverwriteDirNonDir: boolean; copyUidGid: boolean },
): Promise<void> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container);
  try {
    let { stat, path } = await statIn(ref, place, asked);
    if (stat.type === S_IFLNK) {
      path = stat.linkTarget;
      stat = await place.files.stat(place.root, path).catch((error: unknown) => {
        throw missing(asked, ref, error);
      });
    }
    if (stat.type !== S_IFDIR) throw invalid('extraction point is not a directory');
    checkWritable(container, path);
    await place.files.extract(
      tar,
      { root: place.root, path },
      {
        whiteouts: 'literal',
        links: 'in-root',
        absoluteNames: 'below-root',
        keepRoot: true,
        noOverwriteDirNonDir: options.noOverwriteDirNonDir,
        ownership: options.copyUidGid ? 'archive' : { uid: 0, gid: 0 },
      },
    );
    announce(context, container, 'extract-to-dir');
  } finally {
    await place.release();
  }
}

const kinds = { modified: 0, added: 1, deleted: 2 } as const;

export async function changes(context: Context, container: LiveContainer): Promise<FilesystemChange[]> {
  const found = await context.storage.changes(container.id);
  return found.map(({ path, kind }) => ({ Path: path, Kind: kinds[kind] }));
}

/** The root filesystem alone: no volumes. */
export async function exportRootfs(
  context: Context,
  container: LiveContainer,
  signal: AbortSignal,
): Promise<Readable> {
  const { storage, archives } = context;
  const { id, record } = container;
  if (record.state.status === 'dead') throw conflict(`you cannot export container ${id} which is Dead`);
  if (record.state.status === 'removing')
    throw conflict(`you cannot export container ${id} which is being removed`);
  const root = await storage.mount(id);
  const place: Place = {
    root,
    files: archives,
    // Of a running container the mount stays.
    release: async () => {
      if (container.run === null) await storage.unmount(id);
    },
  };
  const tar = archives.pack(root);
  signal.addEventListener('abort', () => tar.destroy(), { once: true });
  announce(context, container, 'export');
  return releasing(context, container, tar, place);
}
