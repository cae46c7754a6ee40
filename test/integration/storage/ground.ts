/** Real storage drivers on ground of their own, which is empty again in the end. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { StorageDriver } from '../../../src/drivers/storage/contract.ts';
import { openOverlay2, openVfs } from '../../../src/drivers/storage/open.ts';
import type { StorageUnderTest } from '../../../src/drivers/storage/suite.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { until } from '../../harness/until.ts';

export const archiveWorker = new URL('../../../src/host/archive/worker.ts', import.meta.url);

export type Kind = 'overlay2' | 'vfs';

/** Temporary folder that is gone after the test; `name` becomes a part of the path. */
export function temporary(context: TestContext, name = 'storage'): string {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const mountsBelow = (path: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${path.replaceAll(' ', '\\040')}`));

const openFds = (): number => readdirSync('/proc/self/fd').length;

/**
 * @param folder name of the data root, below a temporary folder
 * @param isal gzip by ISA-L, where it is there
 */
export async function openGround(
  context: TestContext,
  kind: Kind,
  folder = 'data',
  isal = true,
): Promise<
  StorageUnderTest &
    Required<Pick<StorageUnderTest, 'reopen'>> & { dataRoot: string; archives: ArchiveThreads }
> {
  const root = mkdtempSync(join(tmpdir(), 'storage-'));
  const dataRoot = join(root, folder);
  mkdirSync(dataRoot);
  const fds = openFds();
  const archives = new ArchiveThreads({ entry: archiveWorker, isal });
  const mounts = new LinuxMounts();
  const drivers: StorageDriver[] = [];
  const open = async (): Promise<StorageDriver> => {
    const driver =
      kind === 'vfs' ? openVfs({ dataRoot, archives }) : openOverlay2({ dataRoot, mounts, archives });
    drivers.push(driver);
    return driver;
  };
  const storage = await open();
  await storage.restore(new Set());
  context.after(async () => {
    try {
      const last = drivers.at(-1);
      for (const id of (await last?.list()) ?? []) await last?.remove(id);
      for (const driver of drivers) await driver.close();
      assert.deepEqual(mountsBelow(dataRoot), []);
      await archives.close();
      await until('descriptors to be closed', () => openFds() <= fds).catch((error: unknown) => {
        throw new Error(`${error}: ${openFds()}, ${fds} before`);
      });
    } finally {
      // Only now: a driver goes on with removals of its own until it is closed.
      rmSync(root, { recursive: true, force: true });
    }
  });
  return {
    storage,
    reopen: open,
    dataRoot,
    archives,
    assertClean: () => {
      const trees = join(dataRoot, kind === 'vfs' ? 'vfs/dir' : 'overlay2');
      assert.deepEqual(readdirSync(join(dataRoot, 'image', kind, 'layerdb/tmp')), []);
      assert.deepEqual(
        readdirSync(trees).filter((name) => name.startsWith('probe')),
        [],
      );
    },
  };
}
