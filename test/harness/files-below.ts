/** What lies below a folder that is in use: things that go while it is looked through are left out. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../src/errors/minke-error.ts';

/** Gone, or another thing by now. */
const GONE = new Set(['ENOENT', 'ENOTDIR']);

/** Every entry below the folder, folders too, each folder before what is in it. */
export async function entriesBelow(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (GONE.has(systemCode(error) ?? '')) return [];
    throw error;
  });
  const found: Dirent[] = [];
  for (const entry of entries) {
    found.push(entry);
    if (entry.isDirectory()) found.push(...(await entriesBelow(join(folder, entry.name))));
  }
  return found;
}

/** Paths of everything below the folder, sorted. */
export const pathsBelow = async (folder: string): Promise<string[]> =>
  (await entriesBelow(folder)).map((entry) => join(entry.parentPath, entry.name)).sort();
