/**
 * Where engines that are measured keep their data: a fresh ext4 with a journal, as hosts have. (Without a journal ext4
 * looks at every inode that was freed within the last minutes before it takes a new one, so that what ran before would
 * be measured along: `recently_deleted` in fs/ext4/ialloc.c.)
 */
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../test/harness/command.ts';
import { type Disk, layDisk } from '../test/harness/engine/disk.ts';

/** Takes no more of the disk than is written. */
const SIZE = 48 * 2 ** 30;

/** Needs root and a loop device. */
export const layBenchGround = (): Promise<Disk> =>
  layDisk('mb-', async (path, folder) => {
    const image = join(folder, 'image');
    await writeFile(image, '');
    await truncate(image, SIZE);
    await must(['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
    await must(['mount', '-o', 'loop', image, path]);
    // The loop device keeps it for as long as it is mounted.
    await rm(image);
  });
