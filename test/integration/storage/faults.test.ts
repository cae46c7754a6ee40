/** What the drivers say of damage on the disk, and what they make anew. */
import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { LayerRecords } from '../../../src/drivers/storage/layered/layer-records.ts';
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

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  truncated: (path) => truncateSync(path, 20),
  empty: (path) => truncateSync(path, 0),
  // As one on a bad sector: who opens it hears an error.
  unreadable: (path) => {
    rmSync(path);
    symlinkSync(basename(path), path);
  },
};

for (const kind of ['overlay2', 'vfs'] as const)
  for (const [name, damage] of Object.entries(DAMAGES))
    test(`${kind}: a container whose mark is ${name} keeps its files`, async (context) => {
      const { storage, dataRoot, reopen } = await openGround(context, kind);
      const tar = await tarOf([file('a', 'content')]);
      const { chainId } = await storage.addLayer(Readable.from([tar]), { parent: null });
      await storage.create('c1', { parent: chainId });
      writeFileSync(join(await storage.mount('c1'), 'b'), 'precious');
      await storage.unmount('c1');
      await storage.close();

      const mark = join(dataRoot, kind, kind === 'vfs' ? 'parent/c1' : 'c1/parent');
      damage(mark);
      const again = await reopen();
      assert.deepEqual(await again.list(), ['c1']);
      const root = await again.mount('c1');
      assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'content');
      assert.equal(readFileSync(join(root, 'b'), 'utf8'), 'precious');
      await again.unmount('c1');
      // An overlay's own record tells what it stands on; a copy stands on nothing.
      assert.equal((await again.filesystems()).get('c1'), kind === 'vfs' ? null : chainId);
      assert.ok(readdirSync(dirname(mark)).some((entry) => entry.startsWith(`${basename(mark)}.broken-`)));
      assert.equal(readFileSync(mark, 'utf8').endsWith('end\n'), true);
    });

test('a layer whose record is damaged is told of and moved aside', async (context) => {
  const { storage, dataRoot } = await openGround(context, 'overlay2');
  const tar = await tarOf([file('a', 'content')]);
  const { chainId } = await storage.addLayer(Readable.from([tar]), { parent: null });
  await storage.close();
  const folder = join(dataRoot, 'image/overlay2/layerdb/sha256');
  truncateSync(join(folder, hexOf(chainId), 'layer.json'), 10);
  const heard: string[] = [];
  const records = new LayerRecords(join(dataRoot, 'image/overlay2/layerdb'), (text) => heard.push(text));
  assert.equal(records.load().size, 0);
  assert.match(heard.join(), /can't be used .*; it was moved to .*broken-/);
  const [aside = ''] = readdirSync(folder);
  assert.deepEqual(records.strays(new Map(), new Set()), [join('sha256', aside)]);
  assert.equal(records.load().size, 0);
  assert.equal(heard.length, 1);
});
