/** A folder with a file system of its own, for grounds on it. What killed runs left of the same kind is cleared first. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../command.ts';
import { abandoned, makeOwned } from '../owned.ts';
import { clearAbandoned } from './ground.ts';

export interface Disk {
  /** Where it is mounted. */
  readonly path: string;
  clear(): Promise<void>;
}

/**
 * @param prefix names of the folders begin with it
 * @param mount mounts something on `path`; what it needs for that may lie in `folder`
 */
export async function layDisk(
  prefix: string,
  mount: (path: string, folder: string) => Promise<unknown>,
): Promise<Disk> {
  for (const folder of await abandoned(tmpdir(), prefix)) {
    // Perhaps it did not come as far as that.
    await clearAbandoned(mountPoint(folder)).catch(() => {});
    await clear(folder);
  }
  const folder = await makeOwned(tmpdir(), prefix);
  const path = mountPoint(folder);
  try {
    await mkdir(path);
    await mount(path, folder);
  } catch (error) {
    await clear(folder);
    throw error;
  }
  return { path, clear: () => clear(folder) };
}

const mountPoint = (folder: string): string => join(folder, 'fs');

async function clear(folder: string): Promise<void> {
  const path = mountPoint(folder);
  if ((await readFile('/proc/self/mountinfo', 'utf8')).includes(` ${path} `)) await must(['umount', path]);
  await rm(folder, { recursive: true, force: true });
}
