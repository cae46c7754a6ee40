/** What the drivers say of damage on the disk, and what they make anew. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { hexOf } from '../../../src/wire/digest.ts';
import { file, tarOf } from '../../harness/images/memory-service.ts';
import { openGround } from './ground.ts';

for (const kind of ['overlay2', 'vfs'] as const)
  test(`${kind}: faults are told and mended`, async (context) => {
    const { storage, dataRoot, reopen, assertClean } = await openGround(context, kind);
    const tar = await tarOf([file('a', 'content')]);
    const { chainId } = await storage.addLayer(Readable.from([tar]), { parent: null });
    await storage.create('c1', { parent: chainId });
    assert.deepEqual(await storage.faults(), []);
    assert.deepEqual(await storage.filesystems(), new Map([['c1', chainId]]));

    const home = join(dataRoot, kind);
    const trees = kind === 'vfs' ? join(home, 'dir') : home;
    writeFileSync(join(dataRoot, 'image', kind, 'layerdb/sha256', hexOf(chainId), 'layer.json'), '{}');
    rmSync(join(home, kind === 'vfs' ? 'parent/c1' : 'c1/parent'));
    mkdirSync(join(trees, 'loose'));
    mkdirSync(join(dataRoot, 'image', kind, 'layerdb/tmp/loose'));
    const faults = await storage.faults();
    assert.deepEqual(faults.map(({ kind: what, subject }) => `${what} ${subject}`).sort(), [
      'piece c1',
      `piece ${chainId}`,
      'stray layerdb/tmp/loose',
      `stray ${kind}/${kind === 'vfs' ? 'dir/' : ''}loose`,
    ]);
    for (const fault of faults) await storage.mend(fault);
    assert.deepEqual(await storage.faults(), []);
    assertClean?.();
    await storage.close();
    const again = await reopen?.();
    assert.deepEqual(await again?.list(), ['c1']);
    assert.equal((await again?.layers())?.length, 1);

    rmSync(join(trees, 'c1'), { recursive: true });
    assert.deepEqual(
      (await again?.faults())?.map(({ kind: what, subject }) => `${what} ${subject}`),
      ['filesystem c1'],
    );
    assert.deepEqual(await again?.usage('c1'), { rw: -1, root: 'content'.length });
    if (kind === 'overlay2')
      await assert.rejects(async () => again?.mount('c1'), {
        message: `error creating overlay mount to ${join(trees, 'c1/merged')}: no such file or directory`,
      });
  });
