/** Trees to tars, for export and cp. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../../src/host/safepath/flags.ts';
import { rawEnd, rawFile } from '../../../src/kit/tar/raw-tar.fixture.ts';
import { readTar } from '../../../src/kit/tar/read-tar.ts';
import { must } from '../../harness/command.ts';
import { threadCpu } from '../../harness/cpu-time.ts';
import { archiveWorker, temporary } from './ground.ts';

function open(context: TestContext): { root: string; archives: ArchiveThreads } {
  const root = join(temporary(context, 'archives'), 'root');
  mkdirSync(root);
  const archives = new ArchiveThreads({ entry: archiveWorker });
  context.after(() => archives.close());
  return { root, archives };
}

async function entries(tar: Readable): Promise<string[]> {
  const seen: string[] = [];
  for await (const { header, body } of readTar(tar)) {
    const text = header.size > 0 && header.size < 100 ? (await body.bytes(100)).toString() : '';
    const target = header.linkname === '' ? '' : ` -> ${header.linkname}`;
    seen.push(`${header.type} ${header.name}${target}${text === '' ? '' : ` "${text}"`}`);
  }
  return seen;
}

test('all kinds of files', async (context) => {
  const { root, archives } = open(context);
  mkdirSync(join(root, 'd/empty'), { recursive: true });
  writeFileSync(join(root, 'd/file'), 'content');
  linkSync(join(root, 'd/file'), join(root, 'd/hard'));
  symlinkSync('/etc/passwd', join(root, 'link'));
  writeFileSync(join(root, '*'), 'a star is a name');
  await must(['mkfifo', join(root, 'fifo')]);
  await must(['mknod', join(root, 'null'), 'c', '1', '3']);
  const server = createServer().listen(join(root, 'socket'));
  context.after(() => server.close());
  assert.deepEqual(await entries(archives.pack(root)), [
    'file * "a star is a name"',
    'directory d/',
    'directory d/empty/',
    'file d/file "content"',
    'link d/hard -> d/file',
    'fifo fifo',
    'symlink link -> /etc/passwd',
    'character null',
  ]);
});

test('parts of a tree under names of their own', async (context) => {
  const { root, archives } = open(context);
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/b/file'), 'x');
  symlinkSync('b', join(root, 'a/link'));
  symlinkSync('/a', join(root, 'absolute'));
  const packed = (path: string, name?: string): Promise<string[]> =>
    entries(archives.pack(root, { path, ...(name === undefined ? {} : { name }) }));
  assert.deepEqual(await packed('/a/b', 'new'), ['directory new/', 'file new/file "x"']);
  assert.deepEqual(await packed('/a/b/file', 'other'), ['file other "x"']);
  assert.deepEqual(await packed('/a/link', 'link'), ['symlink link -> b']);
  assert.deepEqual(await packed('/a/link/.', 'link'), ['directory link/', 'file link/file "x"']);
  assert.deepEqual(await packed('/absolute/b/file', 'file'), ['file file "x"']);
  assert.deepEqual(await packed('/', '/'), [
    'directory /',
    'directory /a/',
    'directory /a/b/',
    'file /a/b/file "x"',
    'symlink /a/link -> b',
    'symlink /absolute -> /a',
  ]);
  await assert.rejects(packed('/nothing', 'x'), { kind: 'not-found' });
  await assert.rejects(packed('/a/b/file/x', 'x'), { kind: 'invalid' });
});

test('what a path is', async (context) => {
  const { root, archives } = open(context);
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd/file'), '12345');
  chmodSync(join(root, 'd/file'), 0o4711);
  symlinkSync('d/../d/file', join(root, 'link'));
  await must(['mkfifo', join(root, 'fifo')]);
  const file = await archives.stat(root, '/d/file');
  assert.deepEqual(
    [file.name, file.size, file.type, file.mode, file.linkTarget],
    ['file', 5, S_IFREG, 0o4711, ''],
  );
  const link = await archives.stat(root, 'link');
  assert.deepEqual([link.name, link.type, link.linkTarget], ['link', S_IFLNK, '/d/file']);
  assert.deepEqual(
    [(await archives.stat(root, '/')).name, (await archives.stat(root, '/')).type],
    ['/', S_IFDIR],
  );
  assert.equal((await archives.stat(root, '/d/')).name, 'd');
  assert.equal((await archives.stat(root, '/d/.')).name, '.');
  assert.equal((await archives.stat(root, '/../../d')).name, 'd');
  assert.equal((await archives.stat(root, 'fifo')).type, S_IFIFO);
  await assert.rejects(archives.stat(root, '/d/file/'), { kind: 'invalid' });
  await assert.rejects(archives.stat(root, '/none'), { kind: 'not-found' });
  await assert.rejects(
    archives.extract(
      Readable.from([rawEnd]),
      { root, path: '/d/file' },
      { whiteouts: 'literal', links: 'in-root' },
    ),
    {
      kind: 'invalid',
      message: 'extraction point is not a directory',
    },
  );
});

test('a large tree comes back the same', async (context) => {
  const { root, archives } = open(context);
  for (let d = 0; d < 20; d++) {
    mkdirSync(join(root, `d${d}`));
    for (let f = 0; f < 50; f++) writeFileSync(join(root, `d${d}/f${f}`), Buffer.alloc(d * 997 + f * 31, f));
  }
  writeFileSync(join(root, 'large'), Buffer.alloc(3_000_000, 'large'));
  writeFileSync(join(root, 'holes'), '');
  truncateSync(join(root, 'holes'), 700_000);
  lutimesSync(join(root, 'large'), 1.5, 1.5);
  const copy = join(temporary(context), 'copy');
  mkdirSync(copy);
  await archives.extract(archives.pack(root), { root: copy }, { whiteouts: 'literal', links: 'none' });
  await must(['diff', '-r', root, copy]);
  const faithful = join(temporary(context), 'faithful');
  mkdirSync(faithful);
  await archives.copy(root, faithful);
  assert.deepEqual(await archives.treeChanges(root, faithful), []);
});

test('a file that is cut while it is read is filled up', async (context) => {
  const { root, archives } = open(context);
  writeFileSync(join(root, 'shrinking'), Buffer.alloc(40 << 20, 'x'));
  writeFileSync(join(root, 'z'), 'next');
  const tar = archives.pack(root);
  let size = 0;
  for await (const chunk of tar) {
    if (size === 0) truncateSync(join(root, 'shrinking'), 10);
    size += chunk.length;
  }
  assert.equal(size, 512 + (40 << 20) + 1024 + 1024);
});

test('a reader that leaves, and one that does not read', async (context) => {
  const { root, archives } = open(context);
  writeFileSync(join(root, 'large'), Buffer.alloc(30 << 20));
  for await (const _ of archives.pack(root)) break;
  const stuck = Array.from({ length: 20 }, () => archives.pack(root));
  for (const each of stuck) each.read(0);
  // The threads go on working for others meanwhile.
  await archives.extract(
    Readable.from([rawFile('new', 'x'), rawEnd]),
    { root },
    { whiteouts: 'literal', links: 'none' },
  );
  assert.equal(readFileSync(join(root, 'new'), 'utf8'), 'x');
  for (const each of stuck) each.destroy();
  assert.ok((await buffer(archives.pack(root, { path: 'new', name: 'new' }))).includes('new'));
});

test('deep trees are removed, whatever they hold', async (context) => {
  const { root, archives } = open(context);
  // Deeper than any path can say.
  const script = `for (my $i = 0; $i < 3000; $i++) { mkdir "dddd"; chdir "dddd" or die; symlink "/etc", "link"; }`;
  await must(['perl', '-e', script], { cwd: root });
  await archives.remove(root);
  assert.deepEqual(readdirSync(join(root, '..')), []);
  await archives.remove(root);
});

test('the main thread has little to do while a large archive is unpacked', async (context) => {
  const { root, archives } = open(context);
  await archives.usage(root);
  const content = Buffer.alloc(1500, 'x');
  const tar = Readable.from(
    (function* () {
      for (let i = 0; i < 8000; i++) yield rawFile(`f${i}`, content);
      yield rawEnd;
    })(),
    { objectMode: false },
  );
  const stretches: number[] = [];
  let last = threadCpu();
  const timer = setInterval(() => {
    stretches.push(threadCpu() - last);
    last = threadCpu();
  }, 1);
  await archives.extract(tar, { root }, { whiteouts: 'literal', links: 'none' });
  clearInterval(timer);
  stretches.sort((a, b) => b - a);
  const worst = stretches.slice(0, 5);
  assert.ok((stretches[Math.floor(stretches.length / 20)] ?? 0) < 25, `at work for ${worst} ms at a time`);
});
