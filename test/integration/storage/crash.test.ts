/** kill -9 at any moment: the next start finds whole layers and nothing else. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openOverlay2, openVfs } from '../../../src/drivers/storage/open.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { LinuxMounts } from '../../../src/host/mount/linux/mounts.ts';
import { archiveWorker, mountsBelow, temporary } from './ground.ts';

for (const kind of ['overlay2', 'vfs'] as const)
  test(kind, { timeout: 600_000 }, async (context) => {
    const dataRoot = join(temporary(context, 'crash'), 'data');
    mkdirSync(dataRoot);
    for (let round = 0; round < 8; round++) {
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('./crash-child.ts', import.meta.url)), kind, dataRoot],
        { stdio: ['ignore', 'pipe', 'inherit'], env: {} },
      );
      await once(child.stdout, 'data');
      await setTimeout(20 + Math.random() * 300);
      assert.equal(child.exitCode, null);
      child.kill('SIGKILL');
      await once(child, 'exit');

      const archives = new ArchiveThreads({ entry: archiveWorker });
      const storage =
        kind === 'vfs'
          ? openVfs({ dataRoot, archives })
          : openOverlay2({ dataRoot, mounts: new LinuxMounts(), archives });
      await storage.restore(new Set());
      assert.deepEqual(mountsBelow(dataRoot), []);
      const layers = await storage.layers();
      for (const { chainId, diffId } of layers) {
        const hash = createHash('sha256');
        for await (const chunk of await storage.layerTar(chainId)) hash.update(chunk);
        assert.equal(`sha256:${hash.digest('hex')}`, diffId);
      }
      for (const id of await storage.list()) {
        const root = await storage.mount(id);
        assert.ok(existsSync(join(root, '.dockerenv')));
        await storage.unmount(id);
        if (Math.random() < 0.5) await storage.remove(id);
      }
      await storage.close();
      const containers = await storage.list();
      const inits = (name: string): boolean => name.endsWith('-init');
      const trees = readdirSync(join(dataRoot, kind === 'vfs' ? 'vfs/dir' : 'overlay2')).filter(
        (name) => !inits(name) && name !== 'l' && name !== 'trash',
      );
      assert.equal(trees.length, layers.length + containers.length);
      assert.deepEqual(readdirSync(join(dataRoot, kind, 'trash')), []);
      if (kind === 'overlay2') {
        const links = readdirSync(join(dataRoot, 'overlay2/l'));
        const ready = (name: string): boolean =>
          inits(name) && existsSync(join(dataRoot, 'overlay2', name, 'ready'));
        const initCount = readdirSync(join(dataRoot, 'overlay2')).filter(ready).length;
        assert.equal(links.length, layers.length + initCount);
      }
      await archives.close();
    }
  });
