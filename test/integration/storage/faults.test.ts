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
import { type Digest, hexOf, sha256 } from '../../../src/wire/digest.ts';
import { file, tarOf } from '../../harness/images/memory-service.ts';
import { openGround } from './ground.ts';

const recordOf = (dataRoot: string, chainId: Digest, kind = 'overlay2'): string =>
  join(dataRoot, 'image', kind, 'layerdb/sha256', hexOf(chainId), 'layer.json');

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
    writeFileSync(recordOf(dataRoot, chainId, kind), '{}');
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

for (const [name, damage] of Object.entries({ ...DAMAGES, missing: (path: string) => rmSync(path) }))
  test(`overlay2: layers whose records are ${name} get them anew`, async (context) => {
    const { storage, dataRoot, reopen } = await openGround(context, 'overlay2');
    const add = async (parent: Digest | null, entries: Parameters<typeof tarOf>[0]): Promise<Digest> =>
      (await storage.addLayer(Readable.from([await tarOf(entries)]), { parent })).chainId;
    const base = await add(null, [file('a', 'content'), file('a', 'content again'), file('b', '')]);
    const opaque = await add(base, [file('.wh..wh..opq', ''), file('c', 'more')]);
    const top = await add(opaque, [
      file('.wh.c', ''),
      { header: { name: 'd/', type: 'directory', mode: 0o755 } },
    ]);
    const whole = await add(opaque, [file('e', 'whole')]);
    await storage.create('c1', { parent: top });
    await storage.create('c'.repeat(64), { parent: whole });
    const before = await storage.layers();
    await storage.close();

    for (const chainId of [base, opaque, top]) damage(recordOf(dataRoot, chainId));
    // Of a layer that was being unpacked.
    mkdirSync(join(dataRoot, 'overlay2', 'f'.repeat(64), 'diff'), { recursive: true });
    const again = await reopen();
    await again.restore(new Set());
    const sorted = (layers: typeof before) => layers.toSorted((a, b) => (a.chainId < b.chainId ? -1 : 1));
    assert.deepEqual(sorted(await again.layers()), sorted(before));
    assert.deepEqual(await again.faults(), []);
    assert.deepEqual((await again.list()).sort(), ['c1', 'c'.repeat(64)]);
    const root = await again.mount('c1');
    assert.ok(!readdirSync(root).includes('a'), 'the opaque layer hides it');
    assert.deepEqual(readdirSync(join(root, 'd')), []);
    await again.unmount('c1');
    for (const { chainId, diffId } of before) {
      const bytes = await Array.fromAsync(await again.layerTar(chainId));
      assert.equal(sha256(Buffer.concat(bytes)), diffId);
    }
    await again.close();
    assert.deepEqual(sorted(await (await reopen()).layers()), sorted(before), 'the records are whole');
  });

for (const kind of ['overlay2', 'vfs'] as const)
  test(`${kind}: a layer whose record can’t be made anew is told of and moved aside`, async (context) => {
    const { storage, dataRoot, reopen } = await openGround(context, kind);
    const tar = await tarOf([file('a', 'content')]);
    const { chainId } = await storage.addLayer(Readable.from([tar]), { parent: null });
    const { Data } = await storage.describeLayer(chainId);
    await storage.close();
    if (kind === 'overlay2') writeFileSync(join(Data.UpperDir ?? '', 'a'), '!', { flag: 'r+' });
    truncateSync(recordOf(dataRoot, chainId, kind), 10);
    const again = await reopen();
    await again.restore(new Set());
    assert.deepEqual(await again.layers(), []);
    const [aside = ''] = readdirSync(dirname(dirname(recordOf(dataRoot, chainId, kind))));
    assert.match(aside, /\.broken-/);
    assert.deepEqual(
      (await again.faults()).map(({ kind: what, subject }) => `${what} ${subject}`),
      [`stray layerdb/sha256/${aside}`],
      'its tree is gone',
    );
    await again.addLayer(Readable.from([tar]), { parent: null });
    assert.equal((await again.layers()).length, 1);
  });
