/** Changes as a layer: what is gone as whiteouts in the form of the OCI image-spec. */
import type { TarWriteHeader } from '../../kit/tar/encode-header.ts';
import type { FileStat } from '../safepath/file-stat.ts';
import type { TreeChange } from '../tree/changes.ts';
import { isOpaque, isWhiteout } from '../tree/overlay-marks.ts';
import type { PackFilter } from './walk-pack.ts';
import { opaqueMark, whiteoutPrefix } from './whiteout.ts';

const sibling = (path: string, name: (base: string) => string): string => {
  const slash = path.lastIndexOf('/') + 1;
  return path.slice(0, slash) + name(path.slice(slash));
};

const whiteout = (path: string, stat?: FileStat): TarWriteHeader => ({
  name: sibling(path, (base) => whiteoutPrefix + base),
  type: 'file',
  mode: 0o600,
  size: 0,
  ...(stat === undefined ? {} : { mtime: { seconds: stat.mtime.seconds, nanoseconds: 0 } }),
});

/** For an overlay's upper directory. */
export const overlayFilter: PackFilter = {
  replace: ({ path, stat }) => (isWhiteout(stat) ? whiteout(path, stat) : null),
  inDirectory: (dir, path, stat) =>
    isOpaque({ fd: dir })
      ? [{ ...whiteout(path, stat), name: `${path}/${opaqueMark}`, uid: stat.uid, gid: stat.gid }]
      : [],
};

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** For a whole tree, of which only what `changes` names is packed. Paths in the archive have no leading slash. */
export function changesFilter(
  changes: readonly TreeChange[],
): PackFilter & { root: readonly TarWriteHeader[] } {
  const wanted = new Set<string>();
  const gone = new Map<string, TarWriteHeader[]>();
  for (const { path, kind } of changes) {
    const deleted = kind === 'deleted';
    for (let at = deleted ? parentOf(path) : path; at !== '' && !wanted.has(at); at = parentOf(at))
      wanted.add(at);
    if (!deleted) continue;
    const siblings = gone.get(parentOf(path)) ?? [];
    siblings.push(whiteout(path.slice(1)));
    gone.set(parentOf(path), siblings);
  }
  return {
    root: gone.get('') ?? [],
    includes: ({ path }) => wanted.has(`/${path}`),
    inDirectory: (_dir, path) => gone.get(`/${path}`) ?? [],
  };
}
