import type { Context } from '../context.ts';
import type { PathStat } from '../contract.ts';
import type { LiveContainer } from '../live/container.ts';
import { explained } from './explain.ts';
import { openFiles } from './files.ts';
import { showStat } from './path-stat.ts';
import { absolute, baseOf } from './paths.ts';

/** A symlink is told of itself, unless a slash follows it. @throws not-found, invalid */
export async function statPath(
  context: Context,
  container: LiveContainer,
  ref: string,
  path: string,
): Promise<PathStat> {
  const files = await openFiles(context, container);
  try {
    return showStat(await files.tree.stat(absolute(path)), baseOf(path));
  } catch (error) {
    throw explained(error, path, ref);
  } finally {
    files.release();
  }
}
