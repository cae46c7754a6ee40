/** What one tree changes of another, as Docker's `diff` tells it. */
import { closeFd, openAt, openTrusted } from '../safepath/calls.ts';
import { type FileStat, statAt, tryStatAt } from '../safepath/file-stat.ts';
import { O_DIRECTORY, O_PATH, S_IFDIR } from '../safepath/flags.ts';
import { namesAt } from '../safepath/read-directory.ts';
import { openBelow } from '../safepath/resolve.ts';
import { getXattr } from '../xattr/xattr.ts';
import { isOpaque, isWhiteout } from './overlay-marks.ts';

export interface TreeChange {
  readonly path: string;
  readonly kind: 'modified' | 'added' | 'deleted';
}

/** The old state of one directory: open directories, topmost first, that are seen as one. */
type Old = readonly number[];

interface Found {
  readonly dir: number;
  readonly stat: FileStat;
}

/** Overlay's rule: the topmost directory that has the name decides. */
function find(old: Old, name: string): Found | null {
  for (const dir of old) {
    const stat = tryStatAt(dir, name);
    if (stat === null) continue;
    return isWhiteout(stat) ? null : { dir, stat };
  }
  return null;
}

/** The directories behind `name` that overlay would show as one. The caller closes them. */
function openOld(old: Old, name: string): number[] {
  const open: number[] = [];
  for (const dir of old) {
    const stat = tryStatAt(dir, name);
    if (stat === null) continue;
    if (stat.type !== S_IFDIR) break;
    const fd = openAt(dir, name, O_PATH | O_DIRECTORY);
    open.push(fd);
    if (isOpaque({ dir, name })) break;
  }
  return open;
}

function namesOf(old: Old): Set<string> {
  const names = new Set<string>();
  for (const dir of old) for (const name of namesAt(dir)) names.add(name);
  return names;
}

const sameCapability = (a: Found, dir: number, name: string): boolean => {
  const before = getXattr({ dir: a.dir, name }, 'security.capability');
  const after = getXattr({ dir, name }, 'security.capability');
  return before === null ? after === null : after !== null && before.equals(after);
};

/** Docker's measure: of directories neither size nor time. */
function differs(found: Found, dir: number, name: string, stat: FileStat): boolean {
  const old = found.stat;
  if (old.type !== stat.type || old.mode !== stat.mode || old.uid !== stat.uid || old.gid !== stat.gid)
    return true;
  if (old.rdevMajor !== stat.rdevMajor || old.rdevMinor !== stat.rdevMinor) return true;
  if (stat.type !== S_IFDIR) {
    if (old.size !== stat.size || old.mtime.seconds !== stat.mtime.seconds) return true;
    if (old.mtime.nanoseconds !== stat.mtime.nanoseconds) return true;
  }
  return !sameCapability(found, dir, name);
}

class Comparison {
  readonly #overlay: boolean;
  readonly changes: TreeChange[] = [];

  /** @param overlay whiteouts and opaque marks say what is gone; else what is missing is gone */
  constructor(overlay: boolean) {
    this.#overlay = overlay;
  }

  /** @param hides the old directory shows nothing through the new one */
  directory(dir: number, old: Old, prefix: string, hides: boolean): void {
    const names = namesAt(dir);
    for (const name of names) this.#name(dir, name, old, prefix);
    if (!hides && this.#overlay) return;
    const present = new Set(names);
    for (const name of namesOf(old))
      if (!present.has(name) && find(old, name) !== null) this.#add(`${prefix}/${name}`, 'deleted');
  }

  #name(dir: number, name: string, old: Old, prefix: string): void {
    const path = `${prefix}/${name}`;
    const stat = statAt(dir, name);
    const found = find(old, name);
    if (this.#overlay && isWhiteout(stat)) {
      if (found !== null) this.#add(path, 'deleted');
      return;
    }
    if (stat.type !== S_IFDIR) {
      if (found === null) this.#add(path, 'added');
      else if (differs(found, dir, name, stat)) {
        this.#add(path, 'modified');
        if (found.stat.type === S_IFDIR) this.#emptied(old, name, path);
      }
      return;
    }
    const before = this.changes.length;
    const opaque = this.#overlay && isOpaque({ dir, name });
    const child = openAt(dir, name, O_PATH | O_DIRECTORY);
    const lower = openOld(old, name);
    try {
      this.directory(child, lower, path, opaque);
    } finally {
      for (const fd of [child, ...lower]) closeFd(fd);
    }
    if (found === null) this.#add(path, 'added');
    else if (this.changes.length > before || differs(found, dir, name, stat)) this.#add(path, 'modified');
  }

  /** A directory gave way to something else. */
  #emptied(old: Old, name: string, path: string): void {
    const lower = openOld(old, name);
    try {
      for (const child of namesOf(lower))
        if (find(lower, child) !== null) this.#add(`${path}/${child}`, 'deleted');
    } finally {
      for (const fd of lower) closeFd(fd);
    }
  }

  #add(path: string, kind: TreeChange['kind']): void {
    this.changes.push({ path, kind });
  }
}

function compare(tree: string, old: readonly string[], overlay: boolean): TreeChange[] {
  const fds: number[] = [];
  try {
    for (const path of [tree, ...old]) fds.push(openTrusted(path, O_PATH | O_DIRECTORY));
    const [top, ...rest] = fds;
    const comparison = new Comparison(overlay);
    if (top !== undefined) comparison.directory(top, rest, '', false);
    return comparison.changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  } finally {
    for (const fd of fds) closeFd(fd);
  }
}

/** What an overlay's upper directory changes of its lower ones (topmost first). */
export const overlayChanges = (upper: string, lowers: readonly string[]): TreeChange[] =>
  compare(upper, lowers, true);

/** What `tree` changes of `old`, both whole. */
export const treeChanges = (old: string, tree: string): TreeChange[] => compare(tree, [old], false);

/** Sum of the sizes of the files that `tree` adds or changes. */
export function changedSize(old: string, tree: string): number {
  const changes = treeChanges(old, tree);
  const root = openTrusted(tree, O_PATH | O_DIRECTORY);
  let size = 0;
  try {
    for (const { path, kind } of changes) {
      if (kind === 'deleted') continue;
      const slash = path.lastIndexOf('/');
      const dir = openBelow(root, path.slice(0, slash), O_PATH | O_DIRECTORY, { links: 'none' });
      try {
        const stat = tryStatAt(dir, path.slice(slash + 1));
        if (stat !== null && stat.type !== S_IFDIR) size += stat.size;
      } finally {
        closeFd(dir);
      }
    }
    return size;
  } finally {
    closeFd(root);
  }
}
