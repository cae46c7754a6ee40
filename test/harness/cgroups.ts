/** Control groups of this host, in whichever hierarchies it has. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Mount points: one of cgroup v2, or one a controller of v1 (and with it one of v2). */
async function hierarchies(): Promise<string[]> {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [ROOT];
  const entries = await readdir(ROOT, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(ROOT, name));
}

/** Folders of that path, and of all below it, in every hierarchy; each behind those in it. */
export async function cgroupsBelow(path: string): Promise<string[]> {
  const walk = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return [];
    const nested: string[] = [];
    for (const entry of entries)
      if (entry.isDirectory()) nested.push(...(await walk(join(folder, entry.name))));
    return [...nested, folder];
  };
  return (await Promise.all((await hierarchies()).map((root) => walk(join(root, path))))).flat();
}
