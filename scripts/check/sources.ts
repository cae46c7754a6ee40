/** TypeScript files of the project, by folder. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Source } from './duplicates.ts';

export const project = resolve(import.meta.dirname, '../..');

/** Paths relative to the project, sorted; generated code is left out. */
export async function paths(folders: readonly string[], pick: (path: string) => boolean): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => relative(project, join(entry.parentPath, entry.name)));
    }),
  );
  return found
    .flat()
    .filter((path) => !path.includes('/generated/') && pick(path))
    .sort();
}

export const read = (list: readonly string[]): Promise<Source[]> =>
  Promise.all(list.map(async (path) => ({ path, text: await readFile(join(project, path), 'utf8') })));

export const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.endsWith('/suite.ts');
