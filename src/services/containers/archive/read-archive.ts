import { addAbortSignal, type Readable } from 'node:stream';
import { announce, type Context } from '../context.ts';
import type { PathStat } from '../contract.ts';
import type { LiveContainer } from '../live/container.ts';
import { explained } from './explain.ts';
import { openFiles } from './files.ts';
import { showStat } from './path-stat.ts';
import { absolute, baseOf } from './paths.ts';

/**
 * What is at the path, under its last component's name: a directory with all in it, volumes included; a symlink as
 * such, unless a slash follows it. @throws not-found, invalid
 */
export async function readArchive(
  context: Context,
  container: LiveContainer,
  ref: string,
  path: string,
  signal: AbortSignal,
): Promise<{ stat: PathStat; tar: Readable }> {
  const files = await openFiles(context, container);
  try {
    const place = absolute(path);
    const name = baseOf(place);
    const stat = await files.tree.stat(place);
    signal.throwIfAborted();
    const tar = files.tree.pack({ path: place, name });
    tar.once('close', files.release);
    announce(context, container, 'archive-path');
    return { stat: showStat(stat, name), tar: addAbortSignal(signal, tar) };
  } catch (error) {
    files.release();
    throw explained(error, path, ref);
  }
}
