/** Containers that mean harm to whoever copies files in or out. A canary on the host is watched all the time. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isKind } from '../../../src/errors/minke-error.ts';
import { exportRootfs, readArchive } from '../../../src/services/containers/archive/archive.ts';
import { containerOf } from '../../harness/containers/context.ts';
import { until } from '../../harness/until.ts';
import { mountsBelow } from '../storage/ground.ts';
import { swapper } from '../storage/swapper.ts';
import { bzip2 } from './compressed.ts';
import {
  type Box,
  canary,
  entriesOf,
  file,
  folder,
  link,
  openBox,
  type Packed,
  smallImage,
  tarOf,
  WITNESS,
} from './ground.ts';

const rounds = 2_000;

/** In the container, or an error that is the client's; answers whether it worked. */
async function inside(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    const refused = isKind(error, 'not-found') || isKind(error, 'invalid');
    // A name that changes while it is used is the only other thing that may come of it.
    assert.ok(refused || /EXDEV|ELOOP|ENOENT|ENOTDIR|EEXIST|EBUSY/.test(String(error)), String(error));
    return false;
  }
}

const assertSilent = (entries: readonly Packed[]): void =>
  assert.ok(entries.every(({ content }) => !content.includes(WITNESS)));

/** Of the container's own layer: an overlay does not let directories of an image change their names. */
function ownFolder(box: Box): void {
  mkdirSync(join(box.root, 'w/d'));
  writeFileSync(join(box.root, 'w/d/witness'), 'inside');
}

/** `/w/d` and a link to the canary change places all the time. */
async function swapping(box: Box, outside: string, work: () => Promise<void>): Promise<void> {
  ownFolder(box);
  symlinkSync(outside, join(box.root, 'w/link'));
  const stop = swapper(join(box.root, 'w/d'), join(box.root, 'w/link'));
  try {
    await work();
  } finally {
    await stop();
  }
}

test('A1: a directory that becomes a link at any moment', { timeout: 600_000 }, async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w')]);
  const worked = [0, 0];
  await swapping(box, outside.path, async () => {
    const both = () => worked.every((count) => count > rounds / 100);
    // On a busy machine the swapper may stand still for a while.
    for (let round = 0; round < rounds / 2 || (!both() && round < rounds * 10); round++) {
      const results = await Promise.all([
        inside(box.get('/w/d/witness').then(assertSilent)),
        inside(box.put('/w/d', tarOf(file('f')))),
        ...(round % 10 === 0
          ? [inside(box.get('/w').then(assertSilent)), inside(box.put('/w', tarOf(file('d/witness', 'x'))))]
          : []),
      ]);
      for (const result of results) worked[Number(result)] = (worked[Number(result)] ?? 0) + 1;
    }
  });
  assert.ok(
    worked.every((count) => count > rounds / 100),
    `nothing was swapped: ${worked}`,
  );
  outside.check();
});

test('A1: a link put there between the look and the copy', async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w')]);
  ownFolder(box);
  const swap = (): void => {
    renameSync(join(box.root, 'w/d'), join(box.root, 'w/old'));
    symlinkSync(outside.path, join(box.root, 'w/d'));
  };
  const { signal } = new AbortController();
  const read = await readArchive(box.context, box.container, 'box', '/w/d/witness', signal);
  const whole = await readArchive(box.context, box.container, 'box', '/w', signal);
  swap();
  await inside(entriesOf(read.tar).then(assertSilent));
  assertSilent(await entriesOf(whole.tar));

  renameSync(join(box.root, 'w/d'), join(box.root, 'w/link'));
  mkdirSync(join(box.root, 'w/d'));
  const body = new PassThrough();
  const writing = inside(box.put('/w/d', body));
  const archive = await buffer(tarOf(file('witness', 'x'), file('new', 'x')));
  body.write(archive.subarray(0, 100));
  // The target is found before the first whole block is there.
  await until('the archive to be read', () => body.readableLength === 0);
  renameSync(join(box.root, 'w/d'), join(box.root, 'w/older'));
  renameSync(join(box.root, 'w/link'), join(box.root, 'w/d'));
  body.end(archive.subarray(100));
  await writing;
  outside.check();
});

test('A2, A3: mount points are made and mounted inside', { timeout: 600_000 }, async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w'), folder('run'), folder('var'), link('var/run', '/run')]);
  const volume = await box.volume('vol');
  box.mounts(
    { type: 'volume', name: 'vol', destination: '/w/d/x/y' },
    { type: 'volume', name: 'vol', destination: '/var/run/x' },
  );
  const before = mountsBelow(box.dataRoot);
  const seen = new Set<string>();
  await swapping(box, outside.path, async () => {
    for (let round = 0; round < rounds / 2; round++) {
      await Promise.all([inside(box.stat('/w/d/x/y')), inside(box.put('/w/d/x', tarOf(file('y/f'))))]);
      if (round % 100 === 0) for (const line of mountsBelow(outside.path)) seen.add(line);
    }
  });
  assert.deepEqual([...seen, ...mountsBelow(outside.path)], []);
  assert.deepEqual(mountsBelow(box.dataRoot), before);
  outside.check();
  // Regression of the first fix elsewhere: links of the image on the way to a mount point are honest ones.
  await box.put('/var/run/x', tarOf(file('honest')));
  assert.ok(existsSync(join(volume, 'honest')));
});

test('A2: a link to the host where a mount point should be', async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [
    folder('w'),
    link('w/d', outside.path),
    link('w/x', join(outside.path, 'witness')),
  ]);
  await box.volume('vol');
  const wishes = ['/w/d/new', '/w/d/witness', '/w/x', '/w/x/deep', join(outside.path, 'new')];
  for (const destination of wishes) {
    box.mounts({ type: 'volume', name: 'vol', destination });
    await inside(box.stat('/w'));
  }
  assert.deepEqual(readdirSync(outside.path), ['witness']);
  outside.check();
});

test('A4: programs of the container are never run', async (context) => {
  const outside = canary(context);
  const programs = ['xz', 'unpigz', 'gzip', 'zstd', 'bzip2', 'tar'];
  const script = '#!/bin/busybox sh\necho > /ran\n';
  const box = await openBox(
    context,
    smallImage(
      folder('usr'),
      folder('usr/bin'),
      ...programs.map((name) => file(`usr/bin/${name}`, script, { mode: 0o755 })),
    ),
  );
  const tar = await buffer(tarOf(file('fine', 'x')));
  const magics = ['1f8b0800', 'fd377a585a00', '28b52ffd', '425a6839', '5d00008000'];
  for (const magic of magics)
    await assert.rejects(
      box.put('/w', Readable.from([Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(600, 7)])])),
      { kind: 'invalid' },
    );
  for (const honest of [gzipSync(tar), zstdCompressSync(tar), bzip2, tar])
    await box.put('/w', Readable.from([honest]));
  assert.equal(existsSync(join(box.root, 'ran')), false);
  outside.check();
});

test('A5: nothing of the container is loaded', async (context) => {
  const library = 'lib/x86_64-linux-gnu/libnss_files.so.2';
  const box = await openBox(
    context,
    [
      ...['etc', 'lib', 'lib/x86_64-linux-gnu', 'w'].map((name) => folder(name)),
      file(library, 'no library at all'),
      file('etc/ld.so.preload', `/${library}\n`),
      file('etc/nsswitch.conf', 'passwd: files evil\n'),
      file('etc/passwd', 'me:x:7:8::/:/bin/sh\n'),
    ],
    { config: { ...containerOf().record.config, User: 'me' } },
  );
  await box.put('/w', tarOf(file('f')), { copyUidGid: true });
  await box.get('/');
  assert.ok(!readFileSync('/proc/self/maps', 'utf8').includes(box.dataRoot));
  assert.deepEqual(
    execFileSync('stat', ['-c', '%u %g', join(box.root, 'w/f')], { encoding: 'utf8' }).trim(),
    '7 8',
  );
});

test('A6: modes of existing files of the host', async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w'), link('a', outside.path)]);
  const tree = (): Readable =>
    tarOf(folder('./', 0o777), folder('witness', 0o777), file('new', 'x', { mode: 0o777 }));
  for (const path of ['/a/witness', '/a/', '/a', '/a/.']) await inside(box.put(path, tree()));
  await inside(box.put('/', tarOf(file('a/witness', 'x', { mode: 0o777 }), folder('a', 0o777))));
  outside.check();
});

test('A7: links and stars are sent as they are', async (context) => {
  const outside = canary(context);
  const witness = join(outside.path, 'witness');
  const box = await openBox(context, [
    folder('d'),
    file('d/*', 'star'),
    file('d/x', 'other'),
    link('d/l', witness),
  ]);
  const all = await box.get('/d');
  assert.deepEqual(
    all.map(({ header }) => [header.name, header.type, header.linkname]),
    [
      ['d/', 'directory', ''],
      ['d/*', 'file', ''],
      ['d/l', 'symlink', witness],
      ['d/x', 'file', ''],
    ],
  );
  assert.deepEqual(
    (await box.get('/d/*')).map(({ content }) => content),
    ['star'],
  );
  await assert.rejects(box.get('/d/l/'), { kind: 'not-found' });
  await assert.rejects(box.stat('/d/l/.'), { kind: 'not-found' });
  assert.equal((await box.stat('/d/l')).linkTarget, witness);
  outside.check();
});

test('A9: pipes and devices are headers', { timeout: 120_000 }, async (context) => {
  const box = await openBox(context, [folder('w')]);
  execFileSync('mkfifo', [join(box.root, 'w/p')]);
  execFileSync('mknod', [join(box.root, 'w/d'), 'c', '1', '5']);
  const expected = [
    ['d', 'character', 0, 1, 5],
    ['p', 'fifo', 0, 0, 0],
  ];
  const special = (entries: readonly Packed[]): unknown[] =>
    entries
      .filter(({ header }) => header.type === 'fifo' || header.type === 'character')
      .map(({ header: { name, type, devmajor, devminor }, content }) => [
        name.split('/').at(-1),
        type,
        content.length,
        devmajor,
        devminor,
      ]);
  const { signal } = new AbortController();
  assert.equal((await box.stat('/w/p')).mode, 0o200000644);
  assert.equal((await box.stat('/w/d')).mode, 0o410000644);
  assert.deepEqual(special([...(await box.get('/w/d')), ...(await box.get('/w/p'))]), expected);
  assert.deepEqual(special(await box.get('/w')), expected);
  assert.deepEqual(
    special(await entriesOf(await exportRootfs(box.context, box.container, signal))),
    expected,
  );
  // The layer of a commit.
  assert.deepEqual(special(await entriesOf(await box.context.storage.diffTar(box.container.id))), expected);
  await assert.rejects(box.put('/w/p', tarOf(file('x'))), { message: 'extraction point is not a directory' });
  await assert.rejects(box.put('/w/d', tarOf(file('x'))), { message: 'extraction point is not a directory' });
});

test('magic links of /proc in a volume lead nowhere', async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w'), link('w/self', '/host/self/root'), folder('host')]);
  box.mounts({ source: '/proc', destination: '/host' });
  const root = join('/w/self', outside.path, 'witness');
  await inside(box.get(root).then(() => assert.fail('read through a magic link')));
  await inside(box.put(join('/w/self', outside.path), tarOf(file('new'))));
  outside.check();
});

test('a subpath can not lead out of its volume', async (context) => {
  const outside = canary(context);
  const box = await openBox(context, [folder('w')]);
  const volume = await box.volume('vol');
  symlinkSync(outside.path, join(volume, 'out'));
  chmodSync(volume, 0o755);
  for (const subpath of ['out', 'out/witness', '../../..', 'missing']) {
    box.mounts({ type: 'volume', name: 'vol', subpath, destination: '/w/v' });
    await assert.rejects(box.get('/w'), subpath);
  }
  outside.check();
});
