import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { chooseStorage } from '../../../src/drivers/storage/choose.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { MemoryMounts } from '../../../src/host/mount/memory/mounts.ts';
import { rawEnd, rawFile } from '../../../src/kit/tar/raw-tar.fixture.ts';
import { archiveWorker, mountsBelow, temporary } from './ground.ts';

test('the driver is the one asked for, the one in use, or the one that works', async (context) => {
  const dataRoot = join(temporary(context, 'choose'), 'data');
  mkdirSync(dataRoot);
  const archives = new ArchiveThreads({ entry: archiveWorker });
  context.after(() => archives.close());
  const real = { dataRoot, archives, mounts: new LinuxMounts() };
  // Mounts that only pretend: as on a filesystem without overlay.
  const broken = { ...real, mounts: new MemoryMounts() };
  const chosen = async (parts: typeof real | typeof broken, wanted: string): Promise<[string, boolean]> => {
    const { storage, warning } = await chooseStorage(parts, wanted);
    return [storage.name, warning !== null];
  };
  assert.deepEqual(await chosen(real, ''), ['overlay2', false]);
  assert.deepEqual(await chosen(real, 'overlay2'), ['overlay2', false]);
  assert.deepEqual(await chosen(real, 'vfs'), ['vfs', false]);
  assert.deepEqual(await chosen(broken, ''), ['vfs', true]);
  await assert.rejects(chosen(broken, 'overlay2'), { kind: 'unavailable' });
  const { storage } = await chooseStorage(real, 'vfs');
  await storage.restore(new Set());
  await storage.addLayer(Readable.from([rawFile('a'), rawEnd]), { parent: null });
  assert.deepEqual(await chosen(real, ''), ['vfs', true]);
  assert.deepEqual(await chosen(real, 'overlay2'), ['overlay2', false]);
  await storage.close();
  assert.deepEqual(mountsBelow(dataRoot), []);
});
