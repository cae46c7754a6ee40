import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openOverlay2 } from '../../../src/drivers/storage/open.ts';
import { storageSuite } from '../../../src/drivers/storage/suite.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { rawEnd, rawFile } from '../../../src/kit/tar/raw-tar.fixture.ts';
import { archiveWorker, mountsBelow, openGround, temporary } from './ground.ts';

storageSuite('overlay2', { files: true, open: (context) => openGround(context, 'overlay2') });
storageSuite('overlay2 below a path full of separators, gzip by zlib', {
  files: true,
  open: (context) => openGround(context, 'overlay2', 'a:b,c d\\e', false),
});

/** As on a machine that is busy: what is to be unmounted waits. */
class LateMounts extends LinuxMounts {
  override async unmount(target: string): Promise<void> {
    await pause(50);
    await super.unmount(target);
  }
}

test('what is removed before it could be unmounted, and what a crash left so', async (context) => {
  const dataRoot = join(temporary(context), 'data');
  mkdirSync(dataRoot);
  const archives = new ArchiveThreads({ entry: archiveWorker });
  const mounts = new LateMounts();
  const left = join(dataRoot, 'overlay2/trash/left/merged');
  mkdirSync(left, { recursive: true });
  mounts.tmpfs(left);
  const storage = openOverlay2({ dataRoot, mounts, archives });
  await storage.restore(new Set());
  const tar = Readable.from([rawFile('a'), rawEnd]);
  const { chainId } = await storage.addLayer(tar, { parent: null });
  await storage.create('c', { parent: chainId });
  await storage.mount('c');
  const unmounted = storage.unmount('c');
  await storage.remove('c');
  await storage.removeLayer(chainId);
  await unmounted;
  await storage.close();
  await archives.close();
  assert.deepEqual(mountsBelow(dataRoot), []);
});

test('a layer whose files were changed is not compressed to its end', async (context) => {
  const { storage } = await openGround(context, 'overlay2');
  const { chainId } = await storage.addLayer(Readable.from([rawFile('a', 'content'), rawEnd]), {
    parent: null,
  });
  const { UpperDir = '' } = (await storage.describeLayer(chainId)).Data;
  writeFileSync(join(UpperDir, 'a'), 'another');
  await assert.rejects(buffer(await storage.layerGzip(chainId, 'zlib')), {
    kind: 'internal',
    message: /is damaged/,
  });
});
