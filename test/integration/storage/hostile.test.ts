/**
 * Archives that mean harm, written byte by byte. Whatever door they come through, nothing outside the root changes
 * and nothing of it is read.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { decompress } from '../../../src/kit/compression/decompress.ts';
import { rawEnd, rawFile, rawHeader, rawLong, rawPax, record } from '../../../src/kit/tar/raw-tar.fixture.ts';
import { archiveWorker, openGround, temporary } from './ground.ts';

/** A place beside the root whose every detail is remembered. */
function canary(context: TestContext): { path: string; check: () => void } {
  const path = join(temporary(context, 'canary'), 'canary');
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, 'witness'), 'do not read me', { mode: 0o600 });
  const hash = (): string => {
    const all = createHash('sha256');
    for (const name of ['.', ...readdirSync(path)]) {
      const { mode, uid, gid, mtimeMs, ino, nlink } = lstatSync(join(path, name));
      all.update(JSON.stringify([name, mode, uid, gid, mtimeMs, ino, name === '.' ? 0 : nlink]));
    }
    return all.update(readFileSync(join(path, 'witness'))).digest('hex');
  };
  const before = hash();
  return { path, check: () => assert.equal(hash(), before, 'the canary was touched') };
}

const dir = (name: string): Buffer => rawHeader({ name, flag: '5', mode: '0000777\0' });
const symlink = (name: string, linkname: string): Buffer => rawHeader({ name, flag: '2', linkname });
const hardlink = (name: string, linkname: string): Buffer => rawHeader({ name, flag: '1', linkname });
const all = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, rawEnd]);

/** Each with what the refusal must name. */
const evil = (out: string): Record<string, [Buffer, string]> => ({
  'a file through a link': [all(symlink('l', out), rawFile('l/new', 'x')), 'l/new'],
  'a file over the witness': [all(symlink('l', out), rawFile('l/witness', 'x')), 'l/witness'],
  'a file through a link through a link': [
    all(symlink('a', out), symlink('b', 'a'), rawFile('b/new')),
    'b/new',
  ],
  'a file through a relative link': [
    all(dir('d'), symlink('d/l', `../../../../../..${out}`), rawFile('d/l/new')),
    'd/l/new',
  ],
  'a directory through a link': [all(symlink('l', out), dir('l/new')), 'l/new'],
  'a link through a link': [all(symlink('l', out), symlink('l/new', 'x')), 'l/new'],
  'a device through a link': [all(symlink('l', out), rawHeader({ name: 'l/new', flag: '3' })), 'l/new'],
  'a whiteout through a link': [all(symlink('l', out), rawFile('l/.wh.witness')), 'l/.wh.witness'],
  'an opaque mark through a link': [all(symlink('l', out), rawFile('l/.wh..wh..opq')), 'l/.wh..wh..opq'],
  'a hard link to the outside': [all(hardlink('h', `${out}/witness`)), 'h'],
  'a hard link upwards': [all(hardlink('h', `../../../../../../..${out}/witness`)), 'h'],
  'a hard link through a link': [all(symlink('l', out), hardlink('h', 'l/witness')), 'h'],
  'a hard link to the root': [all(hardlink('h', '.')), 'h'],
  'a hard link to nothing': [all(hardlink('h', 'nothing')), 'h'],
  'a name upwards': [all(rawFile('../../x', 'x')), '../../x'],
  'a name upwards in the middle': [all(dir('a'), rawFile('a/../../x', 'x')), 'a/../../x'],
  'a name upwards by pax': [all(rawPax(record('path', '../x')), rawFile('fine')), '../x'],
  'a name upwards by GNU': [all(rawLong('L', '../x'), rawFile('fine')), '../x'],
  'an absolute name': [all(rawFile(`${out}/new`)), `${out}/new`],
  'a directory replaced by a link between entries': [
    all(dir('d'), rawFile('d/a', 'x'), symlink('d', out), rawFile('d/new', 'x')),
    'd/new',
  ],
  'a directory replaced by a link, then a directory in it': [
    all(dir('d'), symlink('d', out), dir('d/new')),
    'd/new',
  ],
  'a root that is a file': [all(rawFile('./', 'x')), './'],
  'an unknown type': [all(rawFile('odd', 'x', { flag: 'X' })), 'odd'],
});

const whiteouts = ['.wh.', 'a/.wh.', '.wh..', '.wh...', 'a/.wh.x/b'];

async function refused(adding: Promise<unknown>, name: string): Promise<void> {
  await assert.rejects(adding, (error) => {
    assert.ok(error instanceof Error);
    assert.ok('kind' in error && error.kind === 'invalid', String(error));
    assert.ok(error.message.includes(name), `${error.message} does not name ${name}`);
    return true;
  });
}

for (const kind of ['overlay2', 'vfs'] as const)
  describe(`layers on ${kind}`, () => {
    for (const title of Object.keys(evil('')))
      test(title, async (context) => {
        const outside = canary(context);
        const { storage } = await openGround(context, kind);
        const [archive, name] = evil(outside.path)[title] ?? assert.fail();
        await refused(storage.addLayer(Readable.from([archive]), { parent: null }), name);
        outside.check();
        assert.deepEqual(await storage.layers(), []);
        await storage.addLayer(Readable.from([all(rawFile('honest', 'x'))]), { parent: null });
        outside.check();
      });

    test('whiteouts of nothing', async (context) => {
      const { storage } = await openGround(context, kind);
      for (const name of whiteouts)
        await refused(
          storage.addLayer(Readable.from([all(dir('a'), rawFile(name))]), { parent: null }),
          'invalid whiteout',
        );
      await storage.addLayer(Readable.from([all(rawFile('.wh..wh..opq'))]), { parent: null });
    });

    test('a link to the outside is a name like any other, and its metadata stay on it', async (context) => {
      const outside = canary(context);
      const { storage } = await openGround(context, kind);
      const witness = join(outside.path, 'witness');
      const records = rawPax(record('mtime', '5') + record('SCHILY.xattr.user.evil', 'x'));
      const { chainId } = await storage.addLayer(
        Readable.from([
          all(
            symlink('passwd', '/etc/passwd'),
            records,
            rawHeader({ name: 'l', flag: '2', linkname: witness, mode: '0000777\0', uid: '0000005\0' }),
            symlink('one', witness),
            records,
            rawFile('one', 'a file now', { mode: '0000777\0' }),
            symlink('two', outside.path),
            records,
            dir('two'),
            symlink('three', witness),
            records,
            hardlink('three', 'one'),
          ),
        ]),
        { parent: null },
      );
      await storage.create('c', { parent: chainId });
      const root = await storage.mount('c');
      assert.equal(readlinkSync(join(root, 'passwd')), '/etc/passwd');
      assert.equal(readlinkSync(join(root, 'l')), witness);
      assert.equal(lstatSync(join(root, 'l')).uid, 5);
      assert.equal(readFileSync(join(root, 'one'), 'utf8'), 'a file now');
      assert.ok(lstatSync(join(root, 'two')).isDirectory());
      assert.equal(readFileSync(join(root, 'three'), 'utf8'), 'a file now');
      outside.check();
      await storage.unmount('c');
      await storage.remove('c');
    });

    test('bombs and endless streams end', { timeout: 300_000 }, async (context) => {
      const { storage } = await openGround(context, kind);
      const zeros = async function* (): AsyncGenerator<Buffer> {
        for (;;) yield Buffer.alloc(1 << 20);
      };
      await refused(
        storage.addLayer(Readable.from(zeros(), { objectMode: false }), { parent: null }),
        'too much data',
      );
      const bomb = gzipSync(Buffer.alloc(64 << 20));
      const inflated = async function* (): AsyncGenerator<Buffer> {
        for (;;) yield bomb;
      };
      const { stream } = await decompress(Readable.from(inflated(), { objectMode: false }));
      await refused(storage.addLayer(stream, { parent: null }), 'too much data');
      await refused(
        storage.addLayer(Readable.from([rawHeader({ flag: 'x', size: 1 << 30 })]), { parent: null }),
        'too large',
      );
      for (const cut of [
        gzipSync(Buffer.alloc(5000)).subarray(0, 20),
        zstdCompressSync(Buffer.alloc(5000)).subarray(0, 12),
      ]) {
        const { stream } = await decompress(Readable.from([cut]));
        await assert.rejects(storage.addLayer(stream, { parent: null }), { kind: 'invalid' });
      }
      assert.deepEqual(await storage.layers(), []);
    });
  });

describe('cp into a container', () => {
  const open = (context: TestContext): { root: string; archives: ArchiveThreads } => {
    const root = join(temporary(context, 'root'), 'root');
    mkdirSync(root);
    const archives = new ArchiveThreads({ entry: archiveWorker, threads: 1 });
    context.after(() => archives.close());
    return { root, archives };
  };
  const options = { whiteouts: 'literal', links: 'in-root' } as const;

  for (const title of Object.keys(evil('')))
    test(title, async (context) => {
      const outside = canary(context);
      const { root, archives } = open(context);
      const [archive] = evil(outside.path)[title] ?? assert.fail();
      // Some of these are fine here: what they say of `/` is meant below the root.
      await archives.extract(Readable.from([archive]), { root }, options).catch((error: unknown) => {
        assert.ok(error instanceof Error && 'kind' in error && error.kind === 'invalid', String(error));
      });
      outside.check();
    });

  test('links of the container lead to where they lead inside it', async (context) => {
    const outside = canary(context);
    const { root, archives } = open(context);
    mkdirSync(join(root, 'usr/lib'), { recursive: true });
    symlinkSync('usr/lib', join(root, 'lib'));
    symlinkSync('/usr', join(root, 'absolute'));
    symlinkSync(outside.path, join(root, 'out'));
    await archives.extract(Readable.from([all(rawFile('lib/a', 'x'))]), { root }, options);
    await archives.extract(Readable.from([all(rawFile('b', 'x'))]), { root, path: '/absolute/lib' }, options);
    assert.deepEqual(readdirSync(join(root, 'usr/lib')), ['a', 'b']);
    await assert.rejects(
      archives.extract(Readable.from([all(rawFile('c'))]), { root, path: '/out' }, options),
      { kind: 'not-found' },
    );
    await refused(
      archives.extract(Readable.from([all(rawFile('lib/a'))]), { root }, { ...options, links: 'none' }),
      'lib/a',
    );
    await assert.rejects(archives.stat(root, '/out/witness'), { kind: 'not-found' });
    assert.equal((await archives.stat(root, '/out')).linkTarget, outside.path);
    outside.check();
  });

  test('an existing parent keeps its mode, owner and time', async (context) => {
    const { root, archives } = open(context);
    mkdirSync(join(root, 'd'), { mode: 0o700 });
    const before = statSync(join(root, 'd'));
    await archives.extract(
      Readable.from([all(rawFile('d/e/f', 'x', { mode: '0000777\0' }))]),
      { root },
      options,
    );
    const after = statSync(join(root, 'd'));
    assert.deepEqual([after.mode, after.uid], [before.mode, before.uid]);
    assert.equal(statSync(join(root, 'd/e')).mode & 0o7777, 0o755);
  });

  test('files for directories only where that is wanted', async (context) => {
    const { root, archives } = open(context);
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'f'), '');
    const strict = { ...options, noOverwriteDirNonDir: true };
    await refused(
      archives.extract(Readable.from([all(rawFile('d'))]), { root }, strict),
      'cannot overwrite directory',
    );
    await refused(
      archives.extract(Readable.from([all(dir('f'))]), { root }, strict),
      'cannot overwrite non-directory',
    );
    await archives.extract(Readable.from([all(rawFile('d'), dir('f'))]), { root }, options);
    assert.ok(statSync(join(root, 'd')).isFile() && statSync(join(root, 'f')).isDirectory());
  });

  test('owners: of the archive, one for all', async (context) => {
    const { root, archives } = open(context);
    const archive = all(
      rawFile('a', 'x', { uid: '0000005\0', gid: '0000006\0' }),
      rawFile('d/b', 'x', { uid: '0000005\0' }),
    );
    await archives.extract(Readable.from([archive]), { root }, options);
    assert.deepEqual([statSync(join(root, 'a')).uid, statSync(join(root, 'a')).gid], [5, 6]);
    await archives.extract(Readable.from([archive]), { root }, { ...options, ownership: { uid: 7, gid: 8 } });
    assert.deepEqual([statSync(join(root, 'a')).uid, statSync(join(root, 'd/b')).gid], [7, 8]);
  });

  test('a container that swaps a directory for a link all the time', {
    timeout: 300_000,
  }, async (context) => {
    const outside = canary(context);
    const { root, archives } = open(context);
    mkdirSync(join(root, 'w/d'), { recursive: true });
    symlinkSync(outside.path, join(root, 'w/link'));
    const { swapper } = await import('./swapper.ts');
    const stop = swapper(join(root, 'w/d'), join(root, 'w/link'));
    try {
      for (let round = 0; round < 1000; round++) {
        await archives
          .extract(
            Readable.from([all(rawFile('f', 'x', { mode: '0000777\0' }), dir('sub'))]),
            { root, path: '/w/d' },
            options,
          )
          .catch((error: unknown) => assert.ok(error instanceof Error && 'kind' in error));
        const chunks: Buffer[] = [];
        for await (const chunk of archives.pack(root, { path: '/w', name: 'w' })) chunks.push(chunk);
        assert.ok(!Buffer.concat(chunks).includes('do not read me'));
      }
    } finally {
      await stop();
    }
    outside.check();
    assert.ok(!existsSync(join(outside.path, 'f')));
  });
});

test('a layer that would fill the disk', { timeout: 300_000 }, async (context) => {
  const { LinuxMounts } = await import('../../../src/host/mount/linux/mounts.ts');
  const base = temporary(context, 'full');
  const mounts = new LinuxMounts();
  mounts.tmpfs(base, 'size=200m,mode=0700');
  const { openOverlay2 } = await import('../../../src/drivers/storage/open.ts');
  const archives = new ArchiveThreads({ entry: archiveWorker });
  const storage = openOverlay2({ dataRoot: base, mounts, archives });
  await storage.restore(new Set());
  const endless = async function* (): AsyncGenerator<Buffer> {
    yield rawHeader({ name: 'large', size: '77777777777\0' });
    for (;;) yield Buffer.alloc(1 << 20, 'x');
  };
  await assert.rejects(
    storage.addLayer(Readable.from(endless(), { objectMode: false }), { parent: null }),
    /no space left on device/,
  );
  await storage.addLayer(Readable.from([all(rawFile('small', 'x'))]), { parent: null });
  await storage.close();
  await archives.close();
  await mounts.unmount(base);
});
