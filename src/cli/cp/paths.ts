import { posix } from 'node:path';

/** Docker's rules for copies hang on how a path ends: `dir/` must be a directory, `dir/.` means what is in it. */
export const endsInDot = (path: string): boolean => /(^|\/)\.$/.test(path);
export const meansDirectory = (path: string): boolean => path.endsWith('/') || endsInDot(path);

/** Folder and last part; the last part of `a/.` is `.`. */
export function splitPath(path: string): readonly [folder: string, base: string] {
  const cleaned = clean(path);
  if (endsInDot(cleaned) && cleaned !== '.') return [posix.dirname(cleaned), '.'];
  const normal = cleaned.endsWith('/') && cleaned !== '/' ? cleaned.slice(0, -1) : cleaned;
  return [posix.dirname(normal), posix.basename(normal)];
}

/** Normalised, with the `/` or `/.` that it ended in. */
export function clean(path: string): string {
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
  if (endsInDot(path) && !endsInDot(normal)) return `${normal === '/' ? '' : normal}/.`;
  if (path.endsWith('/') && !normal.endsWith('/')) return `${normal}/`;
  return normal;
}

export interface CopySource {
  readonly path: string;
  readonly isDirectory: boolean;
}

export interface CopyTarget {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

export interface CopyPlan {
  /** Where the archive is unpacked. */
  readonly into: string;
  /** First part of the names in the archive, and what it is changed to. */
  readonly rename: readonly [from: string, to: string] | undefined;
}

/**
 * Where what is copied goes: into a directory that exists, else to the target's own name. Throws where a directory
 * would go to a file, or to a directory that does not exist.
 */
export function planCopy(source: CopySource, target: CopyTarget): CopyPlan {
  const [folder, base] = splitPath(target.path);
  const [, sourceBase] = splitPath(source.path);
  if (target.exists && target.isDirectory) return { into: target.path, rename: undefined };
  if (target.exists && source.isDirectory) throw new Error('cannot copy directory');
  if (!target.exists && !source.isDirectory && meansDirectory(target.path))
    throw new Error('no such directory');
  return { into: folder, rename: [sourceBase, base] };
}

/** A name of the archive after the plan's change of its first part. */
export function renamed(name: string, plan: CopyPlan): string {
  if (plan.rename === undefined) return name;
  const [from, to] = plan.rename;
  if (from === '/' || from === '.') return posix.join(to, name) + (name.endsWith('/') ? '' : '');
  return name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : name;
}
