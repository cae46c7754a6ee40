/** A stopped container's root with its volumes in place. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { rawEnd, rawFile } from '../../../src/kit/tar/raw-tar.fixture.ts';
import { archiveWorker, temporary } from './ground.ts';

const options = { whiteouts: 'literal', links: 'in-root' } as const;

function ground(context: TestContext): {
  root: string;
  volume: string;
  inner: string;
  archives: ArchiveThreads;
} {
  const base = temporary(context, 'view');
  const [root, volume, inner] = ['root', 'volume', 'inner'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [root, volume, inner]) mkdirSync(path);
  writeFileSync(join(volume, 'old'), 'of the volume');
  writeFileSync(join(inner, 'deep'), 'of the inner one');
  const archives = new ArchiveThreads({ entry: archiveWorker });
  const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
  context.after(async () => {
    await archives.close();
    assert.ok(!mounts().includes(base));
  });
  return { root, volume, inner, archives };
}

test('reads and writes go to the volumes, and only the view sees them', async (context) => {
  const { root, volume, inner, archives } = ground(context);
  mkdirSync(join(root, 'data'));
  const view = await archives.view(root, [
    { source: inner, destination: '/data/some/inner', readonly: false },
    { source: volume, destination: '/data', readonly: false },
    { source: join(volume, 'old'), destination: '/etc/file', readonly: false },
  ]);
  await view.extract(
    Readable.from([rawFile('new', 'x'), rawFile('some/inner/new', 'y'), rawEnd]),
    { root, path: '/data' },
    options,
  );
  assert.equal(readFileSync(join(volume, 'new'), 'utf8'), 'x');
  assert.equal(readFileSync(join(inner, 'new'), 'utf8'), 'y');
  assert.equal((await view.stat(root, '/etc/file')).size, 13);
  assert.ok((await buffer(view.pack(root, { path: '/data', name: 'data' }))).includes('of the inner one'));
  assert.deepEqual(readdirSync(join(root, 'data')), []);
  assert.deepEqual((await archives.stat(root, '/data')).name, 'data');
  assert.ok(!(await buffer(archives.pack(root))).includes('of the volume'));
  await view.close();
});

test('a read-only volume stays as it is', async (context) => {
  const { root, volume, archives } = ground(context);
  const view = await archives.view(root, [{ source: volume, destination: '/ro', readonly: true }]);
  await assert.rejects(
    view.extract(Readable.from([rawFile('x', 'x'), rawEnd]), { root, path: '/ro' }, options),
    /EROFS/,
  );
  assert.deepEqual(readdirSync(volume), ['old']);
  await view.close();
});

test('a destination through links of the image', async (context) => {
  const { root, volume, inner, archives } = ground(context);
  symlinkSync(inner, join(root, 'out'));
  symlinkSync('/run', join(root, 'var-run'));
  mkdirSync(join(root, 'run'));
  const view = await archives.view(root, [
    { source: volume, destination: '/out/place', readonly: false },
    { source: volume, destination: '/var-run/place', readonly: false },
  ]);
  assert.equal((await view.stat(root, '/run/place/old')).size, 13);
  // What the link says of `/` is meant inside, and made there.
  assert.deepEqual(readdirSync(inner), ['deep']);
  assert.ok(existsSync(join(root, inner, 'place')));
  await view.close();
});

test('a view that can not be made', async (context) => {
  const { root, volume, archives } = ground(context);
  writeFileSync(join(root, 'file'), '');
  await assert.rejects(archives.view(root, [{ source: volume, destination: '/file/x', readonly: false }]));
  await assert.rejects(
    archives.view(root, [{ source: join(volume, 'nothing'), destination: '/x', readonly: false }]),
  );
});
