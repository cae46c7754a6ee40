/** What every storage driver does, whatever it keeps layers on. Each test gets storage of its own. */
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { FilePart } from '../../kit/stream/file-part.ts';
import { rawEnd, rawFile, rawHeader, rawLong, rawPax, record } from '../../kit/tar/raw-tar.fixture.ts';
import { type TarWriteEntry, writeTar } from '../../kit/tar/write-tar.ts';
import { parseDigest, sha256 } from '../../wire/digest.ts';
import { chainIdOf } from './chain-id.ts';
import type { ChainId, StorageDriver } from './contract.ts';

export interface StorageUnderTest {
  readonly storage: StorageDriver;
  /** What the daemon finds when it starts again: another driver on the same ground. Absent: it keeps nothing. */
  reopen?(): Promise<StorageDriver>;
  /** Throws where anything is left that does not belong to a layer or filesystem that is known. */
  assertClean?(): void;
}

export interface SuiteOptions {
  /** The driver keeps files; else only what does not need them is asked of it. */
  readonly files: boolean;
  open(context: TestContext): Promise<StorageUnderTest>;
}

const file = (name: string, content = '', mode = 0o644): TarWriteEntry => ({
  header: {
    name,
    type: 'file',
    size: Buffer.byteLength(content),
    mode,
    mtime: { seconds: 1_700_000_000, nanoseconds: 0 },
  },
  body: Buffer.from(content),
});
const directory = (name: string, mode = 0o755): TarWriteEntry => ({
  header: { name, type: 'directory', mode, mtime: { seconds: 1_600_000_000, nanoseconds: 0 } },
});
const link = (name: string, linkname: string): TarWriteEntry => ({
  header: { name, type: 'symlink', linkname },
});

const tarOf = (entries: readonly TarWriteEntry[]): Promise<Buffer> => buffer(writeTar(entries));
const streamOf = (bytes: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    })(),
    { objectMode: false },
  );
const digestOf = (bytes: Buffer) => parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);

/** Hands out bytes as a part of a file that has more before and behind them. */
async function inFile<T>(bytes: Buffer, use: (part: FilePart) => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `layer-${randomUUID()}`);
  writeFileSync(path, Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]), { flag: 'wx' });
  const fd = openSync(path, 'r');
  try {
    return await use({ fd, offset: 6, size: bytes.length });
  } finally {
    closeSync(fd);
    rmSync(path);
  }
}

async function add(storage: StorageDriver, bytes: Buffer, parent: ChainId | null = null): Promise<ChainId> {
  return (await storage.addLayer(streamOf(bytes), { parent })).chainId;
}

const tree = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter(
      (name) => !/^(\.dockerenv|dev|etc\/(hosts|hostname|mtab|resolv\.conf)|etc|proc|sys)($|\/)/.test(name),
    );

export function storageSuite(name: string, options: SuiteOptions): void {
  const withStorage = (title: string, run: (under: StorageUnderTest) => Promise<void>): void => {
    test(title, async (context) => {
      const under = await options.open(context);
      await run(under);
      under.assertClean?.();
    });
  };
  describe(`${name}: layers`, () => {
    withStorage('a layer is known by its chain id', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'content')]);
      const heard: number[] = [];
      const info = await storage.addLayer(streamOf(bytes), {
        parent: null,
        onBytes: (count) => heard.push(count),
      });
      const diffId = digestOf(bytes);
      assert.deepEqual(info, { chainId: diffId, diffId, parent: null, size: 7, tarSize: bytes.length });
      assert.equal(
        heard.reduce((sum, count) => sum + count, 0),
        bytes.length,
      );
      assert.deepEqual(await storage.layer(info.chainId), info);
      assert.deepEqual(await storage.layers(), [info]);
      assert.equal(await storage.layer(sha256('other')), null);
      const above = await storage.addLayer(streamOf(bytes), { parent: info.chainId, diffId });
      assert.equal(above.chainId, chainIdOf(info.chainId, diffId));
      assert.equal(above.parent, info.chainId);
    });

    withStorage('a layer that is there is not read again', async ({ storage }) => {
      const bytes = await tarOf([file('a')]);
      const chainId = await add(storage, bytes);
      const again = new Readable({ read: () => assert.fail('was read') });
      assert.equal(
        (await storage.addLayer(again, { parent: null, diffId: digestOf(bytes) })).chainId,
        chainId,
      );
      assert.equal(again.destroyed, true);
    });

    withStorage('adds of one layer at the same time do the work once', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(100_000))]);
      const streams = Array.from({ length: 4 }, () => streamOf(bytes));
      const infos = await Promise.all(
        streams.map((stream) => storage.addLayer(stream, { parent: null, diffId: digestOf(bytes) })),
      );
      assert.equal(new Set(infos.map(({ chainId }) => chainId)).size, 1);
      assert.equal((await storage.layers()).length, 1);
      const unknown = await Promise.all(
        [1, 2, 3].map(() => storage.addLayer(streamOf(bytes), { parent: null })),
      );
      assert.ok(unknown.every(({ chainId }) => chainId === infos[0]?.chainId));
      assert.ok(streams.every((stream) => stream.destroyed));
    });

    withStorage('where one of them fails, the other does it', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(5000))]);
      const diffId = digestOf(bytes);
      const broken = new Readable({ read() {} });
      broken.push(bytes.subarray(0, 2000));
      const first = storage.addLayer(broken, { parent: null, diffId });
      const second = storage.addLayer(streamOf(bytes), { parent: null, diffId });
      broken.destroy(new Error('connection lost'));
      await assert.rejects(first, /connection lost/);
      assert.equal((await second).diffId, diffId);
    });

    withStorage('layers that come in any order', async ({ storage }) => {
      const [low, middle, high] = await Promise.all([
        tarOf([directory('d/'), file('d/low', 'low')]),
        tarOf([file('d/middle', 'middle')]),
        tarOf([file('d/high', 'x'.repeat(100_000))]),
      ]);
      const below = { low: digestOf(low), middle: chainIdOf(digestOf(low), digestOf(middle)) };
      const lowIsThere = Promise.withResolvers<void>();
      const middleAdded = inFile(gzipSync(middle), (part) =>
        storage.addLayer(part, { parent: below.low, diffId: digestOf(middle), after: lowIsThere.promise }),
      );
      const [top] = await Promise.all([
        storage.addLayer(streamOf(high), {
          parent: below.middle,
          diffId: digestOf(high),
          after: middleAdded,
        }),
        middleAdded,
        add(storage, low).then(() => lowIsThere.resolve()),
      ]);
      assert.deepEqual(
        (await storage.layers()).map(({ chainId, parent }) => ({ chainId, parent })),
        [
          { chainId: below.low, parent: null },
          { chainId: below.middle, parent: below.low },
          { chainId: top.chainId, parent: below.middle },
        ],
      );
      assert.equal(top.chainId, chainIdOf(below.middle, digestOf(high)));
      assert.deepEqual(await buffer(await storage.layerTar(below.middle)), middle);
      await assert.rejects(storage.removeLayer(below.middle), { kind: 'conflict' });
    });

    withStorage('where what a layer waits for fails, so does its add', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(5000))]);
      const parent = sha256('never there');
      for (const diffId of [digestOf(bytes), undefined])
        for (const [after, failure] of [
          [() => Promise.reject(new Error('connection lost')), /connection lost/],
          [() => Promise.resolve(), { kind: 'not-found' }],
        ] as const) {
          const stream = streamOf(bytes);
          await assert.rejects(
            storage.addLayer(stream, { parent, after: after(), ...(diffId && { diffId }) }),
            failure,
          );
          assert.equal(stream.destroyed, true);
        }
      assert.deepEqual(await storage.layers(), []);
      await add(storage, bytes);
    });

    withStorage('another digest than said, and damaged archives', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'content')]);
      const wrong = sha256('another');
      await assert.rejects(storage.addLayer(streamOf(bytes), { parent: null, diffId: wrong }), {
        kind: 'invalid',
        message: new RegExp(`digest mismatch: expected ${wrong}`),
      });
      for (const damaged of [
        bytes.subarray(0, 700),
        Buffer.from('no archive '.repeat(100)),
        Buffer.alloc(2048, 'x'),
      ])
        await assert.rejects(storage.addLayer(streamOf(damaged), { parent: null }), { kind: 'invalid' });
      assert.deepEqual(await storage.layers(), []);
      await assert.rejects(storage.addLayer(streamOf(bytes), { parent: wrong }), { kind: 'not-found' });
      await storage.addLayer(streamOf(bytes), { parent: null, diffId: digestOf(bytes) });
    });

    for (const [kind, packed] of [
      ['plain', (bytes: Buffer) => bytes],
      ['gzip', (bytes: Buffer) => gzipSync(bytes)],
      ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
    ] as const)
      withStorage(`a layer that lies in a file, ${kind}`, async ({ storage }) => {
        const bytes = await tarOf([file('a', 'content'), file('b', 'x'.repeat(700_000))]);
        const heard: number[] = [];
        const size = packed(bytes).length;
        const added = await inFile(packed(bytes), (part) =>
          storage.addLayer(part, {
            parent: null,
            diffId: digestOf(bytes),
            onBytes: (count) => heard.push(count),
          }),
        );
        assert.equal(added.tarSize, bytes.length);
        assert.equal(
          heard.reduce((sum, count) => sum + count, 0),
          size,
        );
        assert.deepEqual(await buffer(await storage.layerTar(added.chainId)), bytes);
      });

    withStorage('files that hold no layer', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(200_000))]);
      const wrong = sha256('another');
      await assert.rejects(
        inFile(gzipSync(bytes), (part) => storage.addLayer(part, { parent: null, diffId: wrong })),
        { kind: 'invalid', message: /digest mismatch/ },
      );
      for (const damaged of [
        Buffer.alloc(0),
        bytes.subarray(0, 700),
        gzipSync(bytes).subarray(0, 200),
        Buffer.concat([gzipSync(bytes).subarray(0, 100), Buffer.alloc(1000, 0xff)]),
        Buffer.alloc(2048, 'x'),
      ])
        await assert.rejects(
          inFile(damaged, (part) => storage.addLayer(part, { parent: null, diffId: digestOf(bytes) })),
          { kind: 'invalid' },
        );
      assert.deepEqual(await storage.layers(), []);
      await assert.rejects(
        inFile(bytes, (part) => storage.addLayer({ ...part, size: 2 * bytes.length }, { parent: null })),
      );
      assert.deepEqual(await storage.layers(), []);
    });

    withStorage('an add from a file that is given up', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(5_000_000))]);
      const abort = new AbortController();
      await assert.rejects(
        inFile(bytes, (part) =>
          storage.addLayer(part, {
            parent: null,
            diffId: digestOf(bytes),
            signal: abort.signal,
            onBytes: () => abort.abort(),
          }),
        ),
      );
      await add(storage, bytes);
    });

    withStorage('a layer as gzip', async ({ storage }) => {
      const noise = Array.from({ length: 40_000 }, (_, at) => sha256(String(at))).join('');
      const bytes = await tarOf([file('a', 'content'), file('b', noise)]);
      const chainId = await add(storage, bytes);
      assert.ok(storage.compressors.includes('zlib'));
      for (const by of storage.compressors) {
        const packed = await buffer(await storage.layerGzip(chainId, by));
        assert.ok(packed.length < bytes.length);
        assert.ok(gunzipSync(packed).equals(bytes));
        assert.ok((await buffer(await storage.layerGzip(chainId, by))).equals(packed));
      }
    });

    withStorage('an add that is given up', async ({ storage }) => {
      const bytes = await tarOf([file('a', 'x'.repeat(5000))]);
      const abort = new AbortController();
      const slow = new Readable({ read() {} });
      slow.push(bytes.subarray(0, 1500));
      const adding = storage.addLayer(slow, { parent: null, diffId: digestOf(bytes), signal: abort.signal });
      setImmediate(() => {
        abort.abort();
        slow.push(Buffer.alloc(1));
      });
      await assert.rejects(adding);
      assert.equal(slow.destroyed, true);
      await add(storage, bytes);
    });

    withStorage('layers that something stands on stay', async ({ storage }) => {
      const bytes = await tarOf([file('a')]);
      const low = await add(storage, bytes);
      const high = await add(storage, bytes, low);
      await assert.rejects(storage.removeLayer(low), { kind: 'conflict' });
      await storage.create('c1', { parent: high });
      await assert.rejects(storage.removeLayer(high), { kind: 'conflict' });
      await storage.remove('c1');
      await storage.removeLayer(high);
      await storage.removeLayer(high);
      await storage.removeLayer(low);
      assert.deepEqual(await storage.layers(), []);
      await assert.rejects(storage.layerTar(low), { kind: 'not-found' });
      await storage.close();
    });

    withStorage('the tar comes back byte by byte', async ({ storage }) => {
      const odd = Buffer.concat([
        rawHeader({ name: 'd/', flag: '5', mode: '0000700\0' }),
        rawFile('d/twice', 'first content'),
        rawHeader({ name: 'd/linked', flag: '1', linkname: 'd/twice' }),
        rawFile('d/twice', 'second content, longer'),
        rawFile('gone/inside', 'kept though its directory goes'),
        rawFile('gone', 'now a file'),
        rawFile(Buffer.from([0x66, 0xff, 0xfe]), 'a name that is no text'),
        rawLong('L', 'd/'.repeat(120)),
        rawHeader({ name: 'x', flag: '5' }),
        rawPax(record('path', 'päth') + record('SCHILY.xattr.user.a', 'b') + record('comment', 'kept')),
        rawFile('x', 'y'.repeat(70_000)),
        rawFile('.wh.below', 'whiteouts have no content, this one has'),
        rawFile('empty'),
        rawPax(record('GNU.sparse.size', '200000') + record('GNU.sparse.map', '5,3,100000,2')),
        rawFile('sparse', 'abcde'),
        rawHeader({ name: 'n'.repeat(100), flag: '2', linkname: 't'.repeat(100), mtime: '77777777777\0' }),
        rawEnd,
        Buffer.alloc(7000),
        Buffer.from('and something behind it'),
      ]);
      for (const bytes of [
        odd,
        Buffer.alloc(1024),
        Buffer.alloc(0),
        await tarOf([directory('a/'), file('a/b', 'c')]),
      ]) {
        const parent = await add(storage, await tarOf([file('below', 'x')]));
        const chainId = await add(storage, bytes, parent);
        assert.deepEqual(await buffer(await storage.layerTar(chainId)), bytes);
        for (const by of storage.compressors)
          assert.deepEqual(gunzipSync(await buffer(await storage.layerGzip(chainId, by))), bytes);
      }
    });
  });

  describe(`${name}: filesystems`, () => {
    withStorage('are made, listed and removed', async ({ storage }) => {
      const layer = await add(storage, await tarOf([file('a', '12345')]));
      assert.equal(await storage.exists('c1'), false);
      await storage.create('c1', { parent: layer });
      await storage.create('c2', { parent: null });
      await assert.rejects(storage.create('c1', { parent: null }), { kind: 'conflict' });
      await assert.rejects(storage.create('c3', { parent: sha256('no layer') }), { kind: 'not-found' });
      await assert.rejects(storage.create('c3', { parent: layer, sizeBytes: 1 << 30 }), { kind: 'invalid' });
      assert.deepEqual((await storage.list()).sort(), ['c1', 'c2']);
      assert.equal(await storage.exists('c1'), true);
      assert.deepEqual(await storage.usage('c1'), { rw: 0, root: 5 });
      assert.deepEqual(await storage.changes('c1'), []);
      assert.equal((await storage.describe('c1')).Name, storage.name);
      assert.equal((await storage.describeLayer(layer)).Name, storage.name);
      await storage.describeLayer(null);
      await storage.remove('c1');
      await storage.remove('c1');
      assert.deepEqual(await storage.list(), ['c2']);
      await storage.remove('c2');
      for (const call of [
        () => storage.mount('c1'),
        () => storage.usage('c1'),
        () => storage.changes('c1'),
        () => storage.describe('c1'),
      ])
        await assert.rejects(call, { kind: 'not-found' });
      await storage.close();
    });

    withStorage('mounts are counted', async ({ storage }) => {
      await storage.create('c1', { parent: null });
      await storage.unmount('c1');
      await storage.unmount('never');
      const path = await storage.mount('c1');
      assert.equal(await storage.mount('c1'), path);
      await storage.unmount('c1');
      if (options.files) assert.ok(lstatSync(join(path, '.dockerenv')).isFile());
      await storage.unmount('c1');
      await storage.unmount('c1');
      assert.equal(await storage.mount('c1'), path);
      await storage.remove('c1');
      await storage.close();
    });
  });
  if (options.files) filesSuite(name, withStorage);
}

function filesSuite(
  name: string,
  withStorage: (title: string, run: (under: StorageUnderTest) => Promise<void>) => void,
): void {
  /** Makes a container on `parent`, mounts it, and takes both back after `work`. */
  const inContainer = async (
    storage: StorageDriver,
    parent: ChainId | null,
    work: (root: string, id: string) => Promise<void>,
    id = 'c1',
  ): Promise<void> => {
    await storage.create(id, { parent });
    await work(await storage.mount(id), id);
    await storage.unmount(id);
    await storage.remove(id);
    await storage.close();
  };

  describe(`${name}: files`, () => {
    withStorage(
      'a root that no entry tells of is as the one below, whichever was unpacked first',
      async ({ storage }) => {
        const own: TarWriteEntry = { header: { name: './', type: 'directory', mode: 0o710, uid: 3, gid: 4 } };
        const [low, high, owned] = await Promise.all([
          tarOf([own, file('low')]),
          tarOf([file('high')]),
          tarOf([{ header: { name: './', type: 'directory', mode: 0o755 } }, file('owned')]),
        ]);
        const lowId = digestOf(low);
        const lowIsThere = Promise.withResolvers<void>();
        const { promise: after } = lowIsThere;
        const [above, aboveOwned] = await Promise.all([
          storage.addLayer(streamOf(high), { parent: lowId, diffId: digestOf(high), after }),
          storage.addLayer(streamOf(owned), { parent: lowId, diffId: digestOf(owned), after }),
          turn().then(async () => {
            await add(storage, low);
            lowIsThere.resolve();
          }),
        ]);
        for (const [{ chainId }, mode, uid, gid] of [
          [above, 0o710, 3, 4],
          [aboveOwned, 0o755, 0, 0],
        ] as const)
          await inContainer(storage, chainId, async (root) => {
            const stat = statSync(root);
            assert.deepEqual([stat.mode & 0o7777, stat.uid, stat.gid], [mode, uid, gid]);
            assert.deepEqual(readdirSync(root).includes('low'), true);
          });
      },
    );

    withStorage('modes, owners, times, links, devices, attributes', async ({ storage }) => {
      const layer = await add(
        storage,
        await tarOf([
          directory('d/', 0o1777),
          {
            header: {
              name: 'd/set',
              type: 'file',
              mode: 0o4755,
              uid: 12,
              gid: 34,
              mtime: { seconds: 5, nanoseconds: 7 },
            },
          },
          { header: { name: 'd/hard', type: 'link', linkname: 'd/set' } },
          {
            header: {
              name: 'soft',
              type: 'symlink',
              linkname: '/etc/passwd',
              uid: 5,
              gid: 6,
              mtime: { seconds: 9, nanoseconds: 0 },
            },
          },
          { header: { name: 'null', type: 'character', mode: 0o666, devmajor: 1, devminor: 3 } },
          { header: { name: 'queue', type: 'fifo', mode: 0o600 } },
          {
            header: {
              name: 'xattr',
              type: 'file',
              xattrs: new Map([
                ['user.key', Buffer.from([0, 1, 2])],
                ['trusted.overlay.redirect', Buffer.from('/x')],
              ]),
            },
          },
        ]),
      );
      await inContainer(storage, layer, async (root) => {
        const d = statSync(join(root, 'd'));
        assert.equal(d.mode & 0o7777, 0o1777);
        assert.equal(d.mtimeMs, 1_600_000_000_000);
        const set = lstatSync(join(root, 'd/set'), { bigint: true });
        assert.deepEqual(
          [set.mode & 0o7777n, set.uid, set.gid, set.mtimeNs],
          [0o4755n, 12n, 34n, 5_000_000_007n],
        );
        assert.equal(set.ino, lstatSync(join(root, 'd/hard'), { bigint: true }).ino);
        const soft = lstatSync(join(root, 'soft'));
        assert.deepEqual([soft.isSymbolicLink(), soft.uid, soft.gid, soft.mtimeMs], [true, 5, 6, 9000]);
        const device = lstatSync(join(root, 'null'));
        assert.deepEqual(
          [device.isCharacterDevice(), device.rdev, device.mode & 0o7777],
          [true, 0x103, 0o666],
        );
        assert.ok(lstatSync(join(root, 'queue')).isFIFO());
      });
      const { listXattrs } = await import('../../host/xattr/xattr.ts');
      await inContainer(storage, layer, async (root) => {
        const { openTrusted, closeFd } = await import('../../host/safepath/calls.ts');
        const fd = openTrusted(join(root, 'xattr'), 0);
        assert.deepEqual(listXattrs({ fd }), ['user.key']);
        closeFd(fd);
      });
    });

    withStorage('whiteouts hide what lies below, not what is in the same layer', async ({ storage }) => {
      const low = await add(
        storage,
        await tarOf([
          directory('d/'),
          file('d/a', 'low'),
          file('d/b', 'low'),
          directory('e/'),
          file('e/a', 'low'),
          directory('f/'),
          file('f/a', 'low'),
          file('g', 'low'),
          directory('h/'),
          file('h/a', 'low'),
        ]),
      );
      const high = await add(
        storage,
        await tarOf([
          file('d/.wh.a'),
          file('d/.wh.nothing'),
          directory('e/'),
          file('e/b', 'high'),
          file('e/.wh..wh..opq'),
          file('.wh.f'),
          directory('f/'),
          file('f/c', 'high'),
          file('g', 'high'),
          file('.wh.g'),
          directory('h/'),
          file('h/b', 'high'),
          file('.wh.h'),
          file('.wh..wh.plnk/77', 'a name of AUFS'),
        ]),
        low,
      );
      await inContainer(storage, high, async (root) => {
        assert.deepEqual(tree(root), ['d', 'd/b', 'e', 'e/b', 'f', 'f/c', 'g', 'h', 'h/b']);
        assert.equal(readFileSync(join(root, 'g'), 'utf8'), 'high');
      });
    });

    withStorage('a layer whose root hides everything', async ({ storage }) => {
      const low = await add(storage, await tarOf([file('a'), directory('d/'), file('d/b')]));
      const high = await add(storage, await tarOf([file('.wh..wh..opq'), file('new')]), low);
      await inContainer(storage, high, async (root) => assert.deepEqual(tree(root), ['new']));
      const top = await add(storage, await tarOf([file('top')]), high);
      await inContainer(storage, top, async (root) => assert.deepEqual(tree(root), ['new', 'top']));
    });

    withStorage("the root's own mode and owner are the image's", async ({ storage }) => {
      const layer = await add(
        storage,
        await tarOf([{ header: { name: './', type: 'directory', mode: 0o750, uid: 7, gid: 8 } }, file('a')]),
      );
      await inContainer(storage, layer, async (root) => {
        const { mode, uid, gid } = statSync(root);
        assert.deepEqual([mode & 0o7777, uid, gid], [0o750, 7, 8]);
      });
    });

    withStorage('every root has what programs expect, links of the image or not', async ({ storage }) => {
      const layer = await add(
        storage,
        await tarOf([
          link('dev', '/tmp'),
          link('etc', 'elsewhere'),
          link('proc', '/'),
          file('sys', 'a file'),
        ]),
      );
      await inContainer(storage, layer, async (root, id) => {
        for (const name of ['dev', 'dev/pts', 'dev/shm', 'proc', 'sys', 'etc'])
          assert.ok(lstatSync(join(root, name)).isDirectory(), name);
        for (const name of ['.dockerenv', 'etc/hosts', 'etc/hostname', 'etc/resolv.conf', 'dev/console'])
          assert.ok(lstatSync(join(root, name)).isFile(), name);
        assert.deepEqual(await storage.changes(id), []);
        assert.deepEqual(await storage.usage(id), { rw: 0, root: 4 + 9 + 1 + 6 });
      });
    });

    withStorage('a plain filesystem is the image and nothing else', async ({ storage }) => {
      const layer = await add(storage, await tarOf([file('a', 'x')]));
      await storage.create('c1', { parent: layer, plain: true });
      const root = await storage.mount('c1');
      assert.deepEqual(readdirSync(root), ['a']);
      writeFileSync(join(root, 'b'), 'yy');
      assert.deepEqual(await storage.changes('c1'), [{ path: '/b', kind: 'added' }]);
      assert.deepEqual(await storage.usage('c1'), { rw: 2, root: 3 });
      await storage.describe('c1');
      const committed = await storage.addLayer(await storage.diffTar('c1'), { parent: layer });
      assert.equal(committed.size, 2);
      await storage.unmount('c1');
      await storage.remove('c1');
      await storage.close();
    });

    withStorage('changes are told as Docker tells them', async ({ storage }) => {
      const layer = await add(
        storage,
        await tarOf([
          directory('d/'),
          file('d/changed', 'x'),
          file('d/gone', 'x'),
          file('d/same', 'x'),
          file('d/mode', 'x'),
          directory('e/'),
          directory('e/f/'),
          file('e/f/deep', 'x'),
          file('e/left', 'x'),
          directory('g/'),
          file('g/in', 'x'),
        ]),
      );
      await inContainer(storage, layer, async (root, id) => {
        const at = (path: string): string => join(root, path);
        writeFileSync(at('d/changed'), 'more');
        rmSync(at('d/gone'));
        chmodSync(at('d/mode'), 0o600);
        mkdirSync(at('new'));
        writeFileSync(at('new/file'), 'four');
        linkSync(at('new/file'), at('new/hard'));
        rmSync(at('e'), { recursive: true });
        mkdirSync(at('e'));
        writeFileSync(at('e/other'), '');
        rmSync(at('g'), { recursive: true });
        writeFileSync(at('g'), 'a file');
        assert.deepEqual(
          (await storage.changes(id)).map(({ path, kind }) => `${kind} ${path}`),
          [
            'modified /d',
            'modified /d/changed',
            'deleted /d/gone',
            'modified /d/mode',
            'modified /e',
            'deleted /e/f',
            'deleted /e/left',
            'added /e/other',
            'modified /g',
            'deleted /g/in',
            'added /new',
            'added /new/file',
            'added /new/hard',
          ],
        );
      });
    });

    withStorage('what a container changed becomes a layer', async ({ storage }) => {
      const layer = await add(
        storage,
        await tarOf([
          directory('d/'),
          file('d/a', 'x'),
          file('d/b', 'x'),
          directory('e/'),
          file('e/a', 'x'),
          file('f', 'x'),
        ]),
      );
      let expected: string[] = [];
      let committed: ChainId | null = null;
      await inContainer(storage, layer, async (root, id) => {
        const at = (path: string): string => join(root, path);
        rmSync(at('d/a'));
        writeFileSync(at('d/c'), 'new content');
        chownSync(at('d/c'), 3, 4);
        rmSync(at('e'), { recursive: true });
        mkdirSync(at('e'));
        writeFileSync(at('e/z'), '');
        renameSync(at('f'), at('g'));
        symlinkSync('/nowhere', at('link'));
        linkSync(at('d/c'), at('hard'));
        expected = tree(root);
        committed = await storage
          .addLayer(await storage.diffTar(id), { parent: layer })
          .then(({ chainId }) => chainId);
      });
      await inContainer(storage, committed, async (root) => {
        assert.deepEqual(tree(root), expected);
        assert.equal(readFileSync(join(root, 'd/c'), 'utf8'), 'new content');
        const { uid, gid, ino } = lstatSync(join(root, 'd/c'));
        assert.deepEqual([uid, gid, ino], [3, 4, lstatSync(join(root, 'hard')).ino]);
      });
    });

    withStorage('usage counts the writable layer alone, and with all below', async ({ storage }) => {
      const low = await add(storage, await tarOf([file('a', '12345'), directory('d/')]));
      const high = await add(storage, await tarOf([file('b', '123')]), low);
      await inContainer(storage, high, async (root, id) => {
        writeFileSync(join(root, 'new'), '1234567');
        assert.deepEqual(await storage.usage(id), { rw: 7, root: 15 });
      });
    });

    withStorage('many layers', async ({ storage }) => {
      let chainId: ChainId | null = null;
      for (let i = 0; i < 130; i++)
        chainId = await add(storage, await tarOf([file(`f${i}`, String(i))]), chainId);
      await inContainer(storage, chainId, async (root) => {
        assert.equal(tree(root).length, 130);
        assert.equal(readFileSync(join(root, 'f0'), 'utf8'), '0');
      });
    });

    withStorage('a start finds what was there and clears what was half made', async ({ storage, reopen }) => {
      assert.ok(reopen);
      const bytes = await tarOf([directory('d/'), file('d/a', 'x')]);
      const layer = await add(storage, bytes);
      await storage.create('running', { parent: layer });
      await storage.create('stopped', { parent: layer, ephemeral: true });
      const running = await storage.mount('running');
      writeFileSync(join(running, 'kept'), 'content');
      await storage.mount('stopped');
      // An add that the crash cut off.
      const cut = new Readable({ read() {} });
      cut.push(bytes.subarray(0, 700));
      const lost = storage.addLayer(cut, { parent: layer }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));

      const next = await reopen();
      await next.restore(new Set(['running']));
      assert.deepEqual((await next.list()).sort(), ['running', 'stopped']);
      assert.equal((await next.layers()).length, 1);
      assert.equal(readFileSync(join(running, 'kept'), 'utf8'), 'content');
      assert.equal(await next.mount('running'), running);
      await next.unmount('running');
      assert.equal(readFileSync(join(running, 'kept'), 'utf8'), 'content');
      assert.deepEqual(tree(await next.mount('stopped')), ['d', 'd/a']);
      assert.deepEqual(await buffer(await next.layerTar(layer)), bytes);
      await assert.rejects(next.removeLayer(layer), { kind: 'conflict' });
      for (const id of ['running', 'stopped']) await next.remove(id);
      await next.removeLayer(layer);
      await next.close();
      cut.destroy();
      await lost;
      await storage.close();
    });
  });
}
