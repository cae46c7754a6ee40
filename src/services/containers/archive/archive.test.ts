import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  containerOf,
  contextOf,
  hearing,
  hostConfigOf,
  pointOf,
} from '../../../../test/harness/containers/context.ts';
import { until } from '../../../../test/harness/until.ts';
import { MemoryFolders } from '../../../drivers/runtime/folders/memory-folders.ts';
import { MemoryLines } from '../../../drivers/state/memory/memory-lines.ts';
import { MemoryRecords } from '../../../drivers/state/memory/memory-records.ts';
import { MemoryStorage } from '../../../drivers/storage/memory/memory.ts';
import { MemoryVolumes } from '../../../drivers/volume/memory/memory.ts';
import { invalid, notFound } from '../../../errors/minke-error.ts';
import type {
  ComposedTree,
  ExtractOptions,
  PackOptions,
  PathStat,
  TreePlan,
} from '../../../host/archive/contract.ts';
import { MemoryRootfs } from '../../../host/rootfs/memory/memory-rootfs.ts';
import { silentLogger } from '../../../kit/log/logger.ts';
import { EventJournal } from '../../events/journal.ts';
import { VolumeRecordSchema } from '../../volumes/record.ts';
import { VolumeService } from '../../volumes/volumes.ts';
import type { Context } from '../context.ts';
import type { LiveContainer, Run } from '../live/container.ts';
import type { ContainerRecord } from '../record/record.ts';
import { changes, exportRootfs, readArchive, statPath, writeArchive } from './archive.ts';

const S_IFDIR = 0o040000;
const plain: PathStat = {
  name: 'f',
  size: 3,
  type: 0o100000,
  mode: 0o644,
  mtime: { seconds: 1, nanoseconds: 5 },
  linkTarget: '',
  readOnly: false,
  onRoot: true,
};

/** Composed trees without anything in them: what is asked of them is written down. */
class Trees {
  readonly plans: TreePlan[] = [];
  readonly packed: PackOptions[] = [];
  readonly extracted: { path: string; options: ExtractOptions; content: string }[] = [];
  open = 0;
  stat: PathStat | Error = plain;
  failure: Error | null = null;

  async compose(plan: TreePlan): Promise<ComposedTree> {
    this.plans.push(plan);
    if (this.failure !== null) throw this.failure;
    this.open++;
    return {
      root: '/composed',
      stat: async () => {
        if (this.stat instanceof Error) throw this.stat;
        return this.stat;
      },
      pack: (options) => {
        this.packed.push(options);
        return Readable.from([Buffer.from('tar')], { objectMode: false });
      },
      extract: async (tar, path, options) => {
        this.extracted.push({ path, options, content: (await buffer(tar)).toString() });
      },
      close: () => void this.open--,
    };
  }
}

async function ground(record: Partial<ContainerRecord> = {}, sources: readonly string[] = []) {
  const container = containerOf(record);
  const trees = new Trees();
  const storage = new MemoryStorage();
  await storage.create(container.id, { parent: null });
  const drivers = new MemoryVolumes('local');
  const volumes = new VolumeService({
    records: new MemoryRecords(VolumeRecordSchema, new Map()),
    drivers: [drivers],
    events: new EventJournal({ disk: new MemoryLines(), log: silentLogger }),
    log: silentLogger,
  });
  const { heard, events } = hearing();
  const known = new Set(sources);
  const rootfs = new MemoryRootfs();
  const folders = new MemoryFolders();
  const archives: Partial<Context['archives']> = {
    compose: (plan) => trees.compose(plan),
    pack: () => Readable.from([Buffer.from('rootfs')], { objectMode: false }),
  };
  const context = contextOf({
    archives: archives as Context['archives'],
    storage,
    volumes,
    folders,
    rootfs,
    events,
    logger: silentLogger,
    decompressor: (kind, input) => {
      input.resume();
      return tarOf(`by ${kind}`);
    },
    sources: {
      kind: (path) => (known.has(path) ? 'directory' : null),
      create: (path) => void known.add(path),
      mountOf: () => ({ point: '/', propagation: 'private' }),
      guards: () => [],
    },
  });
  const settled = async (): Promise<void> => {
    await until('all to be given back', async () => trees.open === 0);
  };
  return { container, trees, context, heard, storage, volumes, known, rootfs, folders, settled };
}

const runOf = (container: LiveContainer): Run => ({
  runtime: contextOf({}) as never,
  container: { id: container.id, cgroup: '', process: { pid: 7, startTime: '99' } },
  ended: new AbortController(),
  process: null,
  began: null,
});

const tarOf = (text: string | Buffer): Readable => Readable.from([Buffer.from(text)], { objectMode: false });
const ways = { noOverwriteDirNonDir: false, copyUidGid: false };

test('a stat as clients get it', async () => {
  const { context, container, settled } = await ground();
  assert.deepEqual(await statPath(context, container, 'box', 'w/f'), {
    name: 'f',
    size: 3,
    mode: 0o644,
    mtime: '1970-01-01T00:00:01.000000005Z',
    linkTarget: '',
  });
  await settled();
});

test('errors of paths in the words of Docker', async () => {
  const { context, container, trees, settled } = await ground();
  const failing = (code: string): Error => invalid('odd', Object.assign(new Error('x'), { code }));
  const cases: readonly (readonly [Error, string, string])[] = [
    [notFound('x'), 'not-found', 'Could not find the file /x/y in container b'],
    [failing('ENOTDIR'), 'invalid', 'lstat /x/y: not a directory'],
    [failing('ELOOP'), 'invalid', 'evalSymlinksInScope: too many links in /x/y'],
    [failing('ENAMETOOLONG'), 'invalid', 'lstat /x/y: file name too long'],
  ];
  for (const [error, kind, message] of cases) {
    trees.stat = error;
    await assert.rejects(statPath(context, container, 'b', '/x/y'), { kind, message });
    const signal = new AbortController().signal;
    await assert.rejects(readArchive(context, container, 'b', '/x/y', signal), { kind, message });
    await assert.rejects(writeArchive(context, container, 'b', '/x/y', tarOf(''), ways), { kind, message });
  }
  await settled();
  trees.failure = notFound('get v: no such volume');
  await assert.rejects(statPath(context, container, 'b', '/x'), { kind: 'conflict' });
});

test('what is read is held until the stream is over, and told of', async () => {
  const { context, container, trees, heard, settled } = await ground();
  const { signal } = new AbortController();
  const { stat, tar } = await readArchive(context, container, 'box', '/w/d/..', signal);
  assert.equal(stat.name, 'w');
  assert.equal(trees.open, 1);
  assert.equal((await buffer(tar)).toString(), 'tar');
  await settled();
  assert.deepEqual(trees.packed, [{ path: '/w', name: 'w' }]);
  assert.deepEqual(heard, [
    { type: 'container', action: 'archive-path', attributes: { image: 'busybox', name: 'box' } },
  ]);
});

test('a client that goes away ends the stream', async () => {
  const { context, container, settled } = await ground();
  const controller = new AbortController();
  const { tar } = await readArchive(context, container, 'box', '/', controller.signal);
  const closed = once(tar, 'error');
  controller.abort();
  await closed;
  await settled();
});

test('an archive is unpacked as it is, or for the user of the container', async () => {
  const config = containerOf().record.config;
  const { context, container, trees, heard, rootfs } = await ground({ config: { ...config, User: 'me' } });
  trees.stat = { ...plain, type: S_IFDIR };
  rootfs.files.set('/etc/passwd', 'root:x:0:0::/:/bin/sh\nme:x:5:6::/:/bin/sh\n');
  await writeArchive(context, container, 'box', '/w/', tarOf(gzipSync('zipped')), ways);
  await writeArchive(context, container, 'box', '/w/', tarOf(Buffer.from('fd377a585a000000', 'hex')), ways);
  await writeArchive(context, container, 'box', '/w', tarOf('tar'), {
    noOverwriteDirNonDir: true,
    copyUidGid: true,
  });
  const common = { whiteouts: 'literal', links: 'in-root', absoluteNames: 'below-root', keepRoot: true };
  assert.deepEqual(trees.extracted, [
    {
      path: '/w/',
      options: { ...common, ownedChunks: false, noOverwriteDirNonDir: false, ownership: 'archive' },
      content: 'zipped',
    },
    {
      path: '/w/',
      options: { ...common, ownedChunks: false, noOverwriteDirNonDir: false, ownership: 'archive' },
      content: 'by xz',
    },
    {
      path: '/w',
      options: { ...common, ownedChunks: true, noOverwriteDirNonDir: true, ownership: { uid: 5, gid: 6 } },
      content: 'tar',
    },
  ]);
  assert.deepEqual(
    heard.map(({ action }) => action),
    ['extract-to-dir', 'extract-to-dir', 'extract-to-dir'],
  );
});

test('archives that are refused', async () => {
  const config = containerOf().record.config;
  const { context, container, trees, heard, settled } = await ground({
    config: { ...config, User: 'nobody' },
  });
  const directory = { ...plain, type: S_IFDIR };
  const refused = async (stat: PathStat, message: string | RegExp, copyUidGid = false): Promise<void> => {
    trees.stat = stat;
    const body = new PassThrough();
    body.write('some bytes of a tar that is never read');
    const writing = writeArchive(context, container, 'box', '/w', body, { ...ways, copyUidGid });
    await assert.rejects(writing, { kind: 'invalid', message });
    assert.equal(body.destroyed, false, 'the request’s connection still has to carry the answer');
    assert.equal(body.readableFlowing, true);
  };
  await refused(plain, 'extraction point is not a directory');
  await refused({ ...directory, readOnly: true }, 'container rootfs is marked read-only');
  await refused({ ...directory, readOnly: true, onRoot: false }, 'mounted volume is marked read-only');
  await refused(
    directory,
    'failed to look up user "nobody" in container: no matching entries in passwd file',
    true,
  );
  trees.stat = directory;
  await assert.rejects(
    writeArchive(context, container, 'box', '/w', tarOf(Buffer.of(0x1f, 0x8b, 8, 1, 1)), ways),
    { kind: 'invalid', message: /decompression failed/ },
  );
  await settled();
  assert.deepEqual(heard, []);
});

test('the mounts of a container that runs', async () => {
  const { context, container, trees, folders, volumes, settled } = await ground({
    started: true,
    state: { ...containerOf().record.state, status: 'running' },
    hostConfig: hostConfigOf({ Tmpfs: { '/tm': 'ro,size=1m' }, ReadonlyRootfs: true }),
    mountPoints: [
      pointOf({ type: 'volume', name: 'vol', destination: '/v', subpath: 'sub', rw: false }),
      pointOf({
        type: 'bind',
        source: '/src',
        destination: '/b',
        nonRecursive: true,
        recursiveReadOnly: 'no',
      }),
      pointOf({ type: 'tmpfs', destination: '/t', options: 'size=1m' }),
      pointOf({ type: 'bind', source: '/hidden', destination: '/tm' }),
      pointOf({ type: 'bind', source: '/own-hosts', destination: '/etc/hosts' }),
    ],
  });
  container.run = runOf(container);
  await volumes.refer({ name: 'vol', driver: '', driverOpts: {}, labels: {} }, container.id);
  folders.readSpec = () =>
    ({
      mounts: [
        { destination: '/etc/hosts', type: 'bind', source: '/their/hosts' },
        { destination: '/etc/hostname', type: 'bind', source: '/their/hostname' },
        { destination: '/proc', type: 'proc', source: 'proc' },
      ],
    }) as never;
  await statPath(context, container, 'box', '/');
  const [plan] = trees.plans;
  assert.equal(plan?.writable, false);
  const { Mountpoint } = await volumes.inspect('vol');
  const bind = { kind: 'bind', subpath: '', writable: true, recursive: true, readOnlyBelow: 'possible' };
  const process = { pid: 7, startTime: '99' };
  assert.deepEqual(plan?.mounts, [
    { kind: 'tmpfs', destination: '/tm', writable: false, process },
    { ...bind, source: Mountpoint, subpath: 'sub', destination: '/v', writable: false },
    { ...bind, source: '/src', destination: '/b', recursive: false, readOnlyBelow: 'no' },
    { kind: 'tmpfs', destination: '/t', writable: true, process },
    { ...bind, source: '/own-hosts', destination: '/etc/hosts' },
    {
      ...bind,
      source: '/their/hostname',
      destination: '/etc/hostname',
      writable: false,
      recursive: false,
      readOnlyBelow: 'no',
    },
  ]);
  await settled();
});

test('volumes of a container that does not run are mounted as long as anybody needs them', async () => {
  const volume = pointOf({ type: 'volume', name: 'vol', destination: '/v' });
  const { context, container, volumes, settled } = await ground({ mountPoints: [volume] });
  await volumes.refer({ name: 'vol', driver: '', driverOpts: {}, labels: {} }, container.id);
  const calls: string[] = [];
  const { mount, unmount } = volumes;
  volumes.mount = (...args) => {
    calls.push('mount');
    return mount.apply(volumes, args);
  };
  volumes.unmount = (...args) => {
    calls.push('unmount');
    return unmount.apply(volumes, args);
  };
  const { signal } = new AbortController();
  const first = await readArchive(context, container, 'box', '/', signal);
  const second = await readArchive(context, container, 'box', '/', signal);
  await buffer(first.tar);
  await container.lock.run(async () => {});
  assert.deepEqual(calls, ['mount', 'mount']);
  await buffer(second.tar);
  await settled();
  await until('the volume to be unmounted', async () => calls.length === 3);
  assert.deepEqual(calls, ['mount', 'mount', 'unmount']);

  const third = await readArchive(context, container, 'box', '/', signal);
  container.run = runOf(container);
  await buffer(third.tar);
  await settled();
  await container.lock.run(async () => {});
  assert.deepEqual(calls.slice(3), ['mount'], 'what was started meanwhile keeps its volume');
});

test('sources of -v that are missing are made, others are complained of', async () => {
  const made = pointOf({ source: '/made', destination: '/m', createSource: true });
  const { context, container, trees, known, settled } = await ground({ mountPoints: [made] });
  trees.failure = invalid('x', Object.assign(new Error('x'), { code: 'ENOENT' }));
  await assert.rejects(statPath(context, container, 'box', '/'), { message: 'x' });
  assert.ok(known.has('/made'));
  assert.equal(trees.plans.length, 2);
  await assert.rejects(statPath(context, container, 'box', '/'), { message: 'x' });
  assert.equal(trees.plans.length, 3, 'nothing was missing');
  container.record = { ...container.record, mountPoints: [pointOf({ source: '/gone', destination: '/m' })] };
  await assert.rejects(statPath(context, container, 'box', '/'), {
    message: 'invalid mount config for type "bind": bind source path does not exist: /gone',
  });
  await settled();
});

test('a container on its way out has no files', async () => {
  const state = containerOf().record.state;
  for (const status of ['removing', 'dead'] as const) {
    const { context, container } = await ground({ state: { ...state, status } });
    const { signal } = new AbortController();
    await assert.rejects(statPath(context, container, 'box', '/'), { kind: 'conflict' });
    await assert.rejects(exportRootfs(context, container, signal), {
      kind: 'conflict',
      message: /^You cannot export container c{64} which is (Dead|being removed)$/,
    });
  }
});

test('an export is told of when it is whole', async () => {
  const { context, container, heard, storage } = await ground();
  const unmounted = Promise.withResolvers<void>();
  const { unmount } = storage;
  storage.unmount = async (id) => {
    await unmount.call(storage, id);
    unmounted.resolve();
  };
  const tar = await exportRootfs(context, container, new AbortController().signal);
  assert.deepEqual(heard, []);
  assert.equal((await buffer(tar)).toString(), 'rootfs');
  assert.deepEqual(
    heard.map(({ action }) => action),
    ['export'],
  );
  await unmounted.promise;
});

test('changes as the wire has them', async () => {
  const { context, container, storage } = await ground();
  storage.changes = async () => [
    { path: '/a', kind: 'modified' },
    { path: '/b', kind: 'added' },
    { path: '/c', kind: 'deleted' },
  ];
  assert.deepEqual(await changes(context, container), [
    { Path: '/a', Kind: 0 },
    { Path: '/b', Kind: 1 },
    { Path: '/c', Kind: 2 },
  ]);
});
