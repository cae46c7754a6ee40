/** `cp` and `export` on real filesystems. Needs root. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { exportRootfs } from '../../../src/services/containers/archive/archive.ts';
import { containerOf, hostConfigOf } from '../../harness/containers/context.ts';
import { temporary } from '../storage/ground.ts';
import { bzip2 } from './compressed.ts';
import { entriesOf, file, folder, link, openBox, smallImage, tarOf } from './ground.ts';

const names = (entries: readonly { header: { name: string } }[]): string[] =>
  entries.map(({ header }) => header.name);

for (const kind of ['overlay2', 'vfs'] as const)
  test(`${kind}: names and what is below them`, async (context) => {
    const image = [
      folder('w'),
      folder('w/d'),
      file('w/d/f', 'hi'),
      link('w/l', 'd'),
      link('w/up', '../../../../w/d/f'),
      link('w/broken', 'nothing'),
    ];
    const box = await openBox(context, image, {}, kind);
    assert.deepEqual(names(await box.get('/w/d')), ['d/', 'd/f']);
    assert.deepEqual(names(await box.get('/w/d/.')), ['./', './f']);
    assert.deepEqual(names(await box.get('/w/l')), ['l']);
    assert.deepEqual(names(await box.get('/w/l/')), ['l/', 'l/f']);
    assert.deepEqual(names(await box.get('w/l/f')), ['f']);
    assert.ok(names(await box.get('/')).includes('/w/d/f'));
    assert.ok(names(await box.get('/.')).includes('./w/d/f'));
    assert.equal((await box.stat('/w/up')).linkTarget, '/w/d/f');
    assert.equal((await box.stat('/w/broken')).linkTarget, '/w/nothing');
    await assert.rejects(box.get('/w/broken/'), {
      kind: 'not-found',
      message: 'Could not find the file /w/broken/ in container box',
    });
    await assert.rejects(box.stat('/w/d/f/'), { kind: 'invalid', message: 'lstat /w/d/f/: not a directory' });
  });

test('files of the host and volumes are where the container has them', async (context) => {
  const box = await openBox(context, [folder('w')], { started: true });
  const host = temporary(context, 'bound');
  writeFileSync(join(host, 'file'), 'of the host');
  mkdirSync(join(host, 'data/inner'), { recursive: true });
  const volume = await box.volume('vol');
  mkdirSync(join(volume, 'sub'));
  writeFileSync(join(volume, 'sub/in-sub'), 'x');
  box.mounts(
    { type: 'volume', name: 'vol', destination: '/w/data/deep/inner' },
    { source: join(host, 'data'), destination: '/w/data' },
    { source: join(host, 'file'), destination: '/etc/a-file' },
    { type: 'volume', name: 'vol', destination: '/sub', subpath: 'sub' },
    { source: join(host, 'made/at/use'), destination: '/made', createSource: true },
  );
  await box.put('/w', tarOf(file('data/deep/inner/new', 'to the volume'), file('data/other', 'to the host')));
  assert.equal(readFileSync(join(volume, 'new'), 'utf8'), 'to the volume');
  assert.equal(readFileSync(join(host, 'data/other'), 'utf8'), 'to the host');
  const read = await box.get('/w');
  assert.equal(read.find(({ header }) => header.name === 'w/data/deep/inner/new')?.content, 'to the volume');
  assert.equal((await box.get('/etc/a-file'))[0]?.content, 'of the host');
  assert.deepEqual(names(await box.get('/sub')), ['sub/', 'sub/in-sub']);
  assert.ok(statSync(join(host, 'made/at/use')).isDirectory());
  // On the root below there are the mount points and nothing else; an export has no more.
  assert.deepEqual(readdirSync(join(box.root, 'w/data')), []);
  const exported = await entriesOf(
    await exportRootfs(box.context, box.container, new AbortController().signal),
  );
  assert.ok(names(exported).includes('etc/a-file'));
  assert.ok(!names(exported).includes('w/data/other'));
  assert.deepEqual(box.actions(), [
    'extract-to-dir',
    'archive-path',
    'archive-path',
    'archive-path',
    'export',
  ]);
});

test('what is read-only stays as it is', async (context) => {
  const box = await openBox(context, [folder('w'), folder('w/v')], {
    hostConfig: hostConfigOf({ ReadonlyRootfs: true }),
  });
  const [open, closed] = [await box.volume('open'), await box.volume('closed')];
  box.mounts(
    { type: 'volume', name: 'closed', destination: '/w/closed', rw: false },
    { type: 'volume', name: 'open', destination: '/w/open' },
  );
  symlinkSync('/w/closed', join(box.root, 'w/link'));
  const root = { kind: 'invalid', message: 'container rootfs is marked read-only' };
  const volume = { kind: 'invalid', message: 'mounted volume is marked read-only' };
  await assert.rejects(box.put('/w', tarOf(file('x'))), root);
  await assert.rejects(box.put('/w/closed', tarOf(file('x'))), volume);
  await assert.rejects(box.put('/w/link/', tarOf(file('x'))), volume);
  await box.put('/w/open', tarOf(file('x')));
  // Entries that lead into it from a place that is writable are the kernel's to refuse.
  box.container.record = { ...box.container.record, hostConfig: hostConfigOf() };
  await assert.rejects(box.put('/w', tarOf(file('closed/x'))), /EROFS/);
  assert.deepEqual([readdirSync(open), readdirSync(closed)], [['x'], []]);
});

test('a tmpfs is that of the container’s processes', async (context) => {
  const hostConfig = hostConfigOf({ Tmpfs: { '/tm': '', '/not-there': '' }, ReadonlyRootfs: true });
  const box = await openBox(context, smallImage(folder('tm'), folder('not-there')), { hostConfig });
  assert.deepEqual(names(await box.get('/tm')), ['tm/']);
  await box.run(
    'busybox mount -t tmpfs none /tm; echo secret > /tm/inside'.replaceAll('busybox', '/bin/busybox'),
  );
  assert.equal((await box.get('/tm/inside'))[0]?.content, 'secret\n');
  await box.put('/tm', tarOf(file('new', 'from outside')));
  assert.deepEqual(readdirSync(join(box.root, 'tm')), []);
  const pid = box.container.run?.container.process?.pid;
  assert.equal(readFileSync(`/proc/${pid}/root/tm/new`, 'utf8'), 'from outside');
  await assert.rejects(box.put('/not-there', tarOf(file('x'))), /container rootfs is marked read-only/);
});

test('mount points are neither emptied nor taken away', async (context) => {
  const box = await openBox(context, smallImage(), {});
  const volume = await box.volume('vol');
  writeFileSync(join(volume, 'precious'), 'x');
  const bound = join(temporary(context, 'bound'), 'hosts');
  writeFileSync(bound, 'of the host');
  box.mounts(
    { type: 'volume', name: 'vol', destination: '/w/v' },
    { source: bound, destination: '/etc/hosts' },
  );
  await box.stat('/');
  await box.run(`/bin/busybox mount -t tmpfs none /tmp; /bin/busybox touch /tmp/f; /bin/busybox mount --bind /tmp /w/v
    /bin/busybox mount --bind /tmp/f /etc/hosts`);
  const pid = box.container.run?.container.process?.pid;
  const mounts = (): string => readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  const before = mounts();
  await assert.rejects(box.put('/etc', tarOf(file('hosts'))), /EBUSY/);
  await assert.rejects(box.put('/w', tarOf(file('v'))), /EBUSY/);
  await assert.rejects(box.put('/', tarOf(file('w'))), /EBUSY/);
  assert.deepEqual(readdirSync(volume), ['precious']);
  assert.equal(readFileSync(bound, 'utf8'), 'of the host');
  assert.equal(mounts(), before);
});

test('directories and files do not take each other’s place unasked', async (context) => {
  const box = await openBox(context, [folder('w'), file('w/f'), folder('w/d'), link('w/l', 'd')]);
  const strict = { noOverwriteDirNonDir: true };
  await assert.rejects(box.put('/w', tarOf(file('d')), strict), {
    kind: 'invalid',
    message: /cannot overwrite directory .* with non-directory/,
  });
  for (const name of ['f', 'l'])
    await assert.rejects(box.put('/w', tarOf(folder(name)), strict), {
      kind: 'invalid',
      message: /cannot overwrite non-directory .* with directory/,
    });
  await box.put('/w', tarOf(file('d', 'now a file'), folder('f')));
  assert.equal(readFileSync(join(box.root, 'w/d'), 'utf8'), 'now a file');
  await assert.rejects(box.put('/w/d', tarOf(file('x'))), { message: 'extraction point is not a directory' });
});

test('owners', async (context) => {
  const box = await openBox(
    context,
    [folder('w'), folder('etc'), file('etc/passwd', 'me:x:5:6::/:/bin/sh\n'), file('etc/group', 'us:x:9:\n')],
    { config: { ...containerOf().record.config, User: 'me:us' } },
  );
  const owner = (path: string): number[] => [
    statSync(join(box.root, path)).uid,
    statSync(join(box.root, path)).gid,
  ];
  await box.put('/w', tarOf(file('a', '', { uid: 3, gid: 4 })));
  await box.put('/w', tarOf(file('b', '', { uid: 3, gid: 4 })), { copyUidGid: true });
  assert.deepEqual(
    [owner('w/a'), owner('w/b')],
    [
      [3, 4],
      [5, 9],
    ],
  );
});

test('bodies that are compressed, empty, cut, or no tar', async (context) => {
  const box = await openBox(context, [folder('w')]);
  const body = (bytes: Buffer): Readable => Readable.from([bytes], { objectMode: false });
  await box.put('/w', body(Buffer.alloc(0)));
  await box.put('/w', body(bzip2));
  assert.equal(readFileSync(join(box.root, 'w/from-bzip2'), 'utf8'), 'hello\n');
  const whole = await buffer(tarOf(file('a', 'x'.repeat(2000))));
  for (const bad of [
    whole.subarray(0, 1000),
    whole.subarray(0, 300),
    Buffer.from('no tar '.repeat(200)),
    bzip2.subarray(0, 60),
  ])
    await assert.rejects(box.put('/w', body(bad)), { kind: 'invalid' });
});

test('a link in the way stays, also where it leads to nothing yet', async (context) => {
  const box = await openBox(context, [
    folder('w'),
    folder('w/real'),
    link('w/l', 'real'),
    link('w/to-be', '/new/place'),
  ]);
  await box.put('/w', tarOf(file('l/a'), file('to-be/b')));
  assert.ok(existsSync(join(box.root, 'w/real/a')));
  // Absolute is meant of the directory that is unpacked into, as in Docker.
  assert.ok(existsSync(join(box.root, 'w/new/place/b')));
  assert.equal((await box.stat('/w/to-be')).linkTarget, '/new/place');
});

test('a stream that is given up in the middle lets go of everything', async (context) => {
  const box = await openBox(context, [folder('w'), file('w/large', 'x'.repeat(8 << 20))]);
  const controller = new AbortController();
  const { readArchive } = await import('../../../src/services/containers/archive/archive.ts');
  const { tar } = await readArchive(box.context, box.container, 'box', '/w', controller.signal);
  const closed = new Promise((resolve) => tar.once('close', resolve));
  tar.once('error', () => {});
  tar.once('data', () => controller.abort());
  await closed;
});
