import { existsSync, statSync } from 'node:fs';
import { dirname, posix, resolve } from 'node:path';
import { goModeDirectory, goModeSymlink, readArchive, statPath } from '../../client/containers/archive.ts';
import type { Cli } from '../cli.ts';
import { humanSize } from '../format/units.ts';
import { counted } from '../progress/transfer.ts';
import { clean, planCopy, renamed, splitPath } from './paths.ts';
import { unpack } from './unpack.ts';

export interface CopyOptions {
  readonly followLink: boolean;
  readonly quiet: boolean;
}

function localTarget(path: string): { path: string; exists: boolean; isDirectory: boolean } {
  const absolute =
    resolve(path) + (path.endsWith('/.') || path === '.' ? '/.' : path.endsWith('/') ? '/' : '');
  try {
    const stats = statSync(path);
    return { path: clean(absolute), exists: true, isDirectory: stats.isDirectory() };
  } catch {
    return { path: clean(absolute), exists: false, isDirectory: false };
  }
}

/** Copies out of a container: to a local path, or as a tar to standard output for `-`. */
export async function copyFromContainer(
  cli: Cli,
  container: string,
  from: string,
  to: string,
  options: CopyOptions,
): Promise<void> {
  const client = await cli.client();
  let source = from;
  let base = splitPath(clean(from))[1];
  let shown: string | undefined;
  if (options.followLink) {
    const stat = await statPath(client, container, source);
    if ((stat.mode & goModeSymlink) !== 0) {
      shown = base;
      source = posix.isAbsolute(stat.linkTarget)
        ? stat.linkTarget
        : posix.join(splitPath(clean(from))[0], stat.linkTarget);
      base = splitPath(clean(source))[1];
    }
  }
  if (to !== '-' && !existsSync(dirname(resolve(to))))
    throw new Error(`invalid output path: directory ${JSON.stringify(dirname(resolve(to)))} does not exist`);
  if (to === '-' && cli.out.isTerminal)
    throw new Error('cowardly refusing to copy to a terminal. Use a file or redirect');
  const { stat, response } = await readArchive(client, container, source);
  if (to === '-') {
    for await (const chunk of response.body) cli.out.raw(chunk);
    return;
  }
  const target = localTarget(to);
  const isDirectory = (stat.mode & goModeDirectory) !== 0;
  const plan = planCopy({ path: shown === undefined ? source : posix.join('/', shown), isDirectory }, target);
  const rename = (name: string): string => {
    const own =
      shown !== undefined && (name === base || name.startsWith(`${base}/`))
        ? shown + name.slice(base.length)
        : name;
    return renamed(own, plan);
  };
  const below = plan.rename?.[1] ?? (base === '.' || base === '/' ? '' : (shown ?? base));
  const body = options.quiet ? response.body : counted(cli.err, 'Copying from container -', response.body);
  const bytes = await unpack(body, plan.into, { rename, below });
  if (!options.quiet) cli.err.line(`Successfully copied ${humanSize(bytes, 3)} to ${resolve(to)}`);
}
