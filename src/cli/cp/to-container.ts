import { lstatSync, realpathSync } from 'node:fs';
import { basename, posix, resolve } from 'node:path';
import type { Client } from '../../client/client.ts';
import {
  goModeDirectory,
  goModeSymlink,
  type PathStat,
  statPath,
  writeArchive,
} from '../../client/containers/archive.ts';
import { systemCode } from '../../errors/minke-error.ts';
import { writeTar } from '../../kit/tar/write-tar.ts';
import type { Cli } from '../cli.ts';
import { humanSize } from '../format/units.ts';
import { counted } from '../progress/transfer.ts';
import type { CopyOptions } from './from-container.ts';
import { packEntries } from './pack.ts';
import { type CopyTarget, clean, endsInDot, meansDirectory, planCopy, renamed, splitPath } from './paths.ts';

/** What lies at the target in the container, a link followed once. Nothing there is no error: its folder may be. */
async function containerTarget(client: Client, container: string, path: string): Promise<CopyTarget> {
  const found = async (at: string): Promise<PathStat | undefined> =>
    statPath(client, container, at).catch(() => undefined);
  let at = path;
  let stat = await found(at);
  if (stat !== undefined && (stat.mode & goModeSymlink) !== 0) {
    at = posix.isAbsolute(stat.linkTarget)
      ? stat.linkTarget
      : posix.join(splitPath(clean(path))[0], stat.linkTarget);
    stat = await found(at);
  }
  if (stat === undefined) return { path: at, exists: false, isDirectory: false };
  return { path: at, exists: true, isDirectory: (stat.mode & goModeDirectory) !== 0 };
}

function localSource(
  path: string,
  followLink: boolean,
): { path: string; base: string; isDirectory: boolean } {
  try {
    const real = followLink ? realpathSync(path) : resolve(path);
    const isDirectory = lstatSync(real + (meansDirectory(path) ? '/' : '')).isDirectory();
    return { path: real, base: endsInDot(path) ? '.' : basename(resolve(path)), isDirectory };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new Error(`lstat ${resolve(path)}: no such file or directory`, { cause: error });
  }
}

/** Copies into a container: a local path, or a tar from standard input for `-`. */
export async function copyToContainer(
  cli: Cli,
  container: string,
  from: string,
  to: string,
  options: CopyOptions & { readonly archive: boolean },
): Promise<void> {
  const client = await cli.client();
  const target = await containerTarget(client, container, to);
  const write = { noOverwriteDirNonDir: true, copyUidGid: options.archive };
  if (from === '-') {
    if (!target.isDirectory) throw new Error(`destination "${container}:${to}" must be a directory`);
    await writeArchive(client, container, target.path, process.stdin, write);
    return;
  }
  const source = localSource(from, options.followLink);
  const plan = planCopy(
    {
      path: source.base === '.' ? `${source.path}/.` : posix.join('/', source.base),
      isDirectory: source.isDirectory,
    },
    target,
  );
  const name = renamed(source.base, plan);
  let bytes = 0;
  async function* sized(): AsyncGenerator<Uint8Array> {
    const tar = writeTar(packEntries(source.path, name === '' ? '.' : name.replace(/\/$/, '')));
    for await (const chunk of options.quiet ? tar : counted(cli.err, 'Copying to container -', tar)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  await writeArchive(client, container, plan.into, sized(), write);
  if (!options.quiet) cli.err.line(`Successfully copied ${humanSize(bytes, 3)} to ${container}:${to}`);
}
