import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../errors/minke-error.ts';
import type { TarHeader } from '../../kit/tar/header.ts';
import { readTar, type TarEntry } from '../../kit/tar/read-tar.ts';

function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The parts of a name in an archive; throws for one that leads out of the folder. */
function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0'))
    throw new Error(`the archive holds ${JSON.stringify(name)}, which is not below the copied path: refused`);
  return parts;
}

export interface UnpackOptions {
  /** Changes names before they are used. */
  readonly rename?: (name: string) => string;
  /** Every name must be this one or lie below it. */
  readonly below: string;
}

/**
 * Unpacks what a daemon sent below `folder`. The daemon is not trusted with more than that: names that lead out, or
 * through a link, are refused; devices are not made; owners are left to the system. Resolves with bytes of content.
 */
export async function unpack(
  tar: AsyncIterable<Buffer>,
  folder: string,
  options: UnpackOptions,
): Promise<number> {
  const root = realpathSync(folder);
  const directories: { readonly path: string; readonly header: TarHeader }[] = [];
  let bytes = 0;
  for await (const entry of readTar(tar)) {
    const { header } = entry;
    const name = options.rename?.(header.name) ?? header.name;
    const parts = partsOf(name);
    const allowed = partsOf(options.below);
    if (!allowed.every((part, index) => parts[index] === part))
      throw new Error(`the archive holds ${JSON.stringify(header.name)}, which was not asked for: refused`);
    const path = join(root, ...parts);
    makeParents(root, parts.slice(0, -1));
    if (header.type === 'directory') {
      makeDirectory(path, parts.length === 0);
      if (parts.length > 0) directories.push({ path, header });
    } else if (parts.length === 0) throw new Error(`the archive holds a file without a name: refused`);
    else bytes += await writeOne(root, path, entry, options);
  }
  // Times and modes of folders last: what is put into them changes both.
  for (const { path, header } of directories.reverse()) {
    chmodSync(path, header.mode);
    setTime(path, header);
  }
  return bytes;
}

function makeParents(root: string, parts: readonly string[]): void {
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    const found = entryAt(path);
    if (found === undefined) mkdirSync(path, { mode: 0o755 });
    else if (!found.isDirectory())
      throw new Error(`refusing to write through ${path}, which is not a directory`);
  }
}

function makeDirectory(path: string, isRoot: boolean): void {
  const found = isRoot ? undefined : entryAt(path);
  if (isRoot || found?.isDirectory()) return;
  if (found !== undefined)
    throw new Error(`cannot overwrite non-directory ${JSON.stringify(path)} with directory`);
  mkdirSync(path, { mode: 0o755 });
}

async function writeOne(
  root: string,
  path: string,
  entry: TarEntry,
  options: UnpackOptions,
): Promise<number> {
  const { header, body } = entry;
  const found = entryAt(path);
  if (found?.isDirectory())
    throw new Error(`cannot overwrite directory ${JSON.stringify(path)} with non-directory`);
  if (found !== undefined) rmSync(path);
  switch (header.type) {
    case 'symlink':
      symlinkSync(header.linkname, path);
      setTime(path, header);
      return 0;
    case 'link': {
      const parts = partsOf(options.rename?.(header.linkname) ?? header.linkname);
      makeParents(root, parts.slice(0, -1));
      const target = join(root, ...parts);
      if (!entryAt(target)?.isFile())
        throw new Error(`refusing a link to ${JSON.stringify(header.linkname)}`);
      linkSync(target, path);
      return 0;
    }
    case 'file':
      return writeFile(path, header, body);
    default:
      return 0; // devices, pipes and what nobody knows
  }
}

async function writeFile(path: string, header: TarHeader, body: AsyncIterable<Buffer>): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = openSync(path, flags, 0o600);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      let at = 0;
      while (at < chunk.length) at += writeSync(fd, chunk, at, chunk.length - at);
      bytes += chunk.length;
    }
  } finally {
    closeSync(fd);
  }
  chmodSync(path, header.mode);
  setTime(path, header);
  return bytes;
}

function setTime(path: string, { mtime }: TarHeader): void {
  const seconds = mtime.seconds + mtime.nanoseconds / 1e9;
  lutimesSync(path, seconds, seconds);
}
