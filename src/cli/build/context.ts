import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { systemCode } from '../../errors/minke-error.ts';
import type { TarWriteEntry } from '../../kit/tar/write-tar.ts';
import { packEntries } from '../cp/pack.ts';
import { isIgnored, mayContainException, parseIgnore } from './ignore.ts';

/** What is sent for a build. */
export interface BuildContext {
  /** Name of the Dockerfile in it. */
  readonly dockerfile: string;
  entries(): AsyncGenerator<TarWriteEntry>;
}

/** Git repositories and archives on the web are fetched by the daemon. */
export const isRemote = (context: string): boolean =>
  /^(https?|git|ssh):\/\//.test(context) || context.startsWith('github.com/') || /^git@[^:]+:/.test(context);

function ignoreFile(folder: string, dockerfile: string): string {
  for (const path of [`${dockerfile}.dockerignore`, join(folder, '.dockerignore')])
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  return '';
}

/**
 * A folder as the context of a build: what `.dockerignore` names is left out, but for that file and the Dockerfile
 * themselves. A Dockerfile that lies elsewhere, or was read from standard input, is put in under a name of its own.
 */
export function localContext(folder: string, file: string, given: string | undefined): BuildContext {
  let root: string;
  try {
    root = realpathSync(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new Error(`unable to prepare context: path ${JSON.stringify(folder)} not found`, { cause: error });
  }
  if (!statSync(root).isDirectory())
    throw new Error(`unable to prepare context: context must be a directory: ${folder}`);
  const path = file === '' ? join(root, 'Dockerfile') : isAbsolute(file) ? file : resolve(file);
  const inside = given === undefined ? insideOf(root, path) : undefined;
  const content = given ?? (inside === undefined ? read(path) : undefined);
  const patterns = parseIgnore(ignoreFile(root, path));
  const kept = new Set(['.dockerignore', ...(inside === undefined ? [] : [inside])]);
  const added =
    content === undefined ? undefined : `.dockerfile.${process.pid.toString(16)}${Date.now().toString(16)}`;
  async function* entries(): AsyncGenerator<TarWriteEntry> {
    yield* packEntries(root, '', {
      anonymous: true,
      pick: (name, directory) => {
        if (name === '' || kept.has(name) || !isIgnored(patterns, name)) return 'take';
        const needed = [...kept].some((file) => file.startsWith(`${name}/`));
        return directory && (needed || mayContainException(patterns, name)) ? 'pass' : 'skip';
      },
    });
    if (added === undefined || content === undefined) return;
    const body = Buffer.from(content);
    yield { header: { name: added, type: 'file', size: body.length, mode: 0o600 }, body };
  }
  return { dockerfile: added ?? inside ?? 'Dockerfile', entries };
}

function insideOf(root: string, path: string): string | undefined {
  let real: string;
  try {
    real = join(realpathSync(dirname(path)), basename(path));
    statSync(real);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new Error(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
      { cause: error },
    );
  }
  const name = relative(root, real);
  return name.startsWith('..') ? undefined : name;
}

const read = (path: string): string => readFileSync(path, 'utf8');
