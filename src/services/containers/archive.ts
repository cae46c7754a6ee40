/** `cp`, `export`, `diff`: the container's files, running or not. */
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { conflict, forbidden, invalid, isKind, notFound } from '../../errors/minke-error.ts';
import type { PathStat as HostPathStat } from '../../host/archive/contract.ts';
import { timeOf } from '../../kit/time/rfc3339.ts';
import type { FilesystemChange } from '../../wire/generated/engine-api.ts';
import { announce, type Context, warner } from './context.ts';
import type { PathStat } from './contract.ts';
import { imageMountId } from './launch/mounts.ts';
import type { LiveContainer } from './live/container.ts';
import { isGone } from './record/state.ts';

/** A root on the host, and where in it a path of the container is. */
interface Place {
  readonly root: string;
  readonly path: string;
  readonly writable: boolean;
  release(): Promise<void>;
}

const absolute = (path: string): string => posix.normalize(`/${path}`).replace(/(.)\/$/, '$1');

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/**
 * A running container's files are seen as its processes see them. Of one that does not run, the root filesystem is
 * mounted, and volumes stand in for the folders that they are mounted at.
 */
async function placeOf(context: Context, container: LiveContainer, asked: string): Promise<Place> {
  const { record, run, id } = container;
  if (isGone(record.state)) throw conflict(`container ${id} is marked for removal`);
  const path = absolute(asked);
  if (run?.container.process != null) {
    const point = record.mountPoints.filter(({ destination }) => isBelow(path, destination));
    const writable = point.length > 0 ? point.every(({ rw }) => rw) : !record.hostConfig.ReadonlyRootfs;
    return { root: `/proc/${run.container.process.pid}/root`, path, writable, release: async () => {} };
  }
  const { storage, rootfs } = context;
  const root = await storage.mount(id);
  const unmount = () => storage.unmount(id);
  try {
    const inside = rootfs.resolve(root, posix.dirname(path));
    const real = path === '/' ? '/' : posix.join(inside, posix.basename(path));
    const [point] = record.mountPoints
      .filter(({ type, destination }) => type !== 'tmpfs' && isBelow(real, rootfs.resolve(root, destination)))
      .sort((a, b) => b.destination.length - a.destination.length);
    if (point === undefined) {
      return { root, path: real, writable: !record.hostConfig.ReadonlyRootfs, release: unmount };
    }
    const rest = real.slice(rootfs.resolve(root, point.destination).length) || '/';
    const source = await sourceOf(context, container, point);
    return {
      root: source.root,
      path: posix.join('/', point.subpath, rest),
      writable: point.rw,
      release: async () => {
        await source.release();
        await unmount();
      },
    };
  } catch (error) {
    await unmount();
    throw error;
  }
}

async function sourceOf(
  { volumes, storage }: Context,
  { id }: LiveContainer,
  point: LiveContainer['record']['mountPoints'][number],
): Promise<{ root: string; release: () => Promise<void> }> {
  if (point.type === 'volume') {
    return { root: await volumes.mount(point.name, id), release: () => volumes.unmount(point.name, id) };
  }
  if (point.type === 'image') {
    const mountId = imageMountId(id, point.destination);
    return { root: await storage.mount(mountId), release: () => storage.unmount(mountId) };
  }
  return { root: point.source, release: async () => {} };
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

const missing = (asked: string, container: LiveContainer, error: unknown): unknown =>
  isKind(error, 'not-found')
    ? notFound(`Could not find the file ${asked} in container ${container.id}`, error)
    : error;

const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;

/** A path that ends in a slash or `/.` means the folder behind a link. */
const wantsFolder = (asked: string): boolean => /\/\.?$/.test(asked) && absolute(asked) !== '/';

async function statIn(
  context: Context,
  container: LiveContainer,
  place: Place,
  asked: string,
): Promise<{ stat: HostPathStat; path: string }> {
  try {
    const stat = await context.archives.stat(place.root, place.path);
    if (!wantsFolder(asked) || stat.type !== S_IFLNK) return { stat, path: place.path };
    return { stat: await context.archives.stat(place.root, stat.linkTarget), path: stat.linkTarget };
  } catch (error) {
    throw missing(asked, container, error);
  }
}

export async function statPath(context: Context, container: LiveContainer, asked: string): Promise<PathStat> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container, asked);
  try {
    const { stat, path } = await statIn(context, container, place, asked);
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
  asked: string,
  signal: AbortSignal,
): Promise<{ stat: PathStat; tar: Readable }> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container, asked);
  try {
    const { stat, path } = await statIn(context, container, place, asked);
    const name = path === '/' ? '/' : asked.endsWith('/.') ? '.' : stat.name;
    const tar = context.archives.pack(place.root, { path, ...(name === '/' ? {} : { name }) });
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
  asked: string,
  tar: Readable,
  options: { noOverwriteDirNonDir: boolean; copyUidGid: boolean },
): Promise<void> {
  if (asked === '') throw invalid("bad parameter: 'path' cannot be empty");
  const place = await placeOf(context, container, asked);
  try {
    let { stat, path } = await statIn(context, container, place, asked);
    if (stat.type === S_IFLNK) {
      path = stat.linkTarget;
      stat = await context.archives.stat(place.root, path).catch((error: unknown) => {
        throw missing(asked, container, error);
      });
    }
    if (stat.type !== S_IFDIR) throw invalid('extraction point is not a directory');
    if (!place.writable) {
      throw forbidden(
        container.record.hostConfig.ReadonlyRootfs
          ? 'container rootfs is marked read-only'
          : 'mounted volume is marked read-only',
      );
    }
    await context.archives.extract(
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
    path: '/',
    writable: false,
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
