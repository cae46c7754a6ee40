/**
 * Where engines that are measured keep their data: a fresh ext4 with a journal, as hosts have. (Without a journal ext4
 * looks at every inode that was freed within the last minutes before it takes a new one, so that what ran before would
 * be measured along: `recently_deleted` in fs/ext4/ialloc.c.)
 */
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../test/harness/command.ts';
import { clearAbandoned } from '../test/harness/engine/ground.ts';
import { abandoned, makeOwned } from '../test/harness/owned.ts';

/** Names of folders begin with it. */
const PREFIX = 'mb-';
/** Takes no more of the disk than is written. */
const SIZE = 48 * 2 ** 30;

export interface BenchGround {
  /** The folder, on that file system. */
  readonly path: string;
  clear(): Promise<void>;
}

/** Needs root and a loop device. */
export async function layBenchGround(): Promise<BenchGround> {
  await clearKilled();
  const folder = await makeOwned(tmpdir(), PREFIX);
  const [path, image] = [join(folder, 'fs'), join(folder, 'image')];
  try {
    await mkdir(path);
    await writeFile(image, '');
    await truncate(image, SIZE);
    await must(['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
    await must(['mount', '-o', 'loop', image, path]);
    // The loop device keeps it for as long as it is mounted.
    await rm(image);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { path, clear: () => clear(folder) };
}

async function clear(folder: string): Promise<void> {
  const path = join(folder, 'fs');
  if ((await readFile('/proc/self/mountinfo', 'utf8')).includes(` ${path} `)) await must(['umount', path]);
  await rm(folder, { recursive: true, force: true });
}

/** What benchmarks that were killed left behind. */
async function clearKilled(): Promise<void> {
  for (const folder of await abandoned(tmpdir(), PREFIX)) {
    // Perhaps it did not come as far as that folder.
    await clearAbandoned(join(folder, 'fs')).catch(() => {});
    await clear(folder);
  }
}
