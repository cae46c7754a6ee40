import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  archiveOf,
  Disk,
  file,
  loaded,
  makeImage,
  messages,
  startImages,
  stream,
  tarOf,
} from '../../../test/harness/images/memory-service.ts';
import { until } from '../../../test/harness/until.ts';
import { isKind } from '../../errors/minke-error.ts';
import { readTar } from '../../kit/tar/read-tar.ts';
import { parseDigest } from '../../wire/digest.ts';
import type { ImageListQuery } from './contract.ts';

const all: ImageListQuery = {
  all: false,
  digests: false,
  sharedSize: false,
  manifests: false,
  filters: new Map(),
};
const where = (filters: Record<string, string[]>): ImageListQuery => ({
  ...all,
  filters: new Map(Object.entries(filters)),
});

test('loading names the image, its id is the digest of its config, progress as Docker tells it', async () => {
  const { images, events } = await startImages();
  const image = await makeImage(['a', 'b']);
  const archive = await archiveOf([[image, 'app:v1']]);
  const said = await messages(images.load(stream(archive), { quiet: false }));
  assert.deepEqual(said.at(-1), { stream: 'Loaded image: app:v1\n' });
  const [first] = said;
  assert.equal(first?.status, 'Loading layer');
  assert.equal(first?.id, image.diffIds[0]?.slice(7, 19));
  assert.match(String(first?.progress), /^\[=+>\s*\]\s+[\d.]+kB\/2\.048kB$/);
  const resolved = await images.resolve('app:v1');
  assert.equal(resolved.id, image.id);
  assert.deepEqual(resolved.platform, { os: 'linux', architecture: 'amd64' });
  assert.deepEqual(resolved.config.config?.Cmd, ['sh']);
  assert.deepEqual(events(), [`load ${image.id}`]);
  assert.equal(await images.count(), 1);
});

test('an archive may lack layers that are here, and no others', async () => {
  const { images, disk } = await startImages();
  const [base, app] = [await makeImage(['a', 'b']), await makeImage(['a', 'b', 'c'])];
  await loaded(images, await archiveOf([[app, 'app:1']]));
  const partial = await buffer(await images.save(['app:1'], { without: base.diffIds }));
  const whole = await buffer(await images.save(['app:1']));
  assert.ok(partial.length < whole.length);
  const other = await startImages();
  await assert.rejects(loaded(other.images, partial), /invalid archive: no file/);
  assert.deepEqual(await other.disk.storage.layers(), []);
  await loaded(other.images, await archiveOf([[base, 'base:1']]));
  assert.deepEqual(await loaded(other.images, partial), ['Loaded image: app:1']);
  assert.equal((await other.images.resolve('app:1')).id, app.id);
  assert.equal(disk.scratch.open, 0);
});

test('an image without a name says its id; quiet says no progress; again is fine', async () => {
  const { images, disk } = await startImages();
  const image = await makeImage(['a']);
  const archive = await archiveOf([[image]]);
  assert.deepEqual(await loaded(images, archive), [`Loaded image ID: ${image.id}`]);
  assert.deepEqual(await loaded(images, archive), [`Loaded image ID: ${image.id}`]);
  assert.equal(await images.count(), 1);
  assert.equal(disk.scratch.open, 0);
});

test('compressed archives and compressed layers', async () => {
  const image = await makeImage(['a', 'b']);
  const archive = await archiveOf([[image, 'app:v1']]);
  for (const compress of [gzipSync, zstdCompressSync]) {
    const { images } = await startImages();
    assert.deepEqual(await loaded(images, compress(archive)), ['Loaded image: app:v1']);
  }
  const { images } = await startImages();
  const [first, second] = image.layers;
  const packed = await tarOf([
    file('manifest.json', JSON.stringify([{ Config: 'c.json', RepoTags: ['z:1'], Layers: ['1', '2'] }])),
    file('c.json', image.config.toString()),
    { header: { name: '1', type: 'file', size: gzipSync(first ?? '').length }, body: gzipSync(first ?? '') },
    { header: { name: '2', type: 'file', size: second?.length ?? 0 }, body: second ?? Buffer.alloc(0) },
  ]);
  assert.deepEqual(await loaded(images, packed), ['Loaded image: z:1']);
  assert.equal((await images.resolve('z:1')).id, image.id);
});

test('found by id, short id, name; not by what several ids begin with', async () => {
  const { images } = await startImages();
  const image = await makeImage(['a']);
  await loaded(images, await archiveOf([[image, 'app:latest', 'localhost:5000/x/y:v2']]));
  const hex = image.id.slice(7);
  for (const ref of [
    image.id,
    hex,
    hex.slice(0, 5),
    image.id.slice(0, 12),
    'app',
    'docker.io/library/app:latest',
    'localhost:5000/x/y:v2',
  ]) {
    assert.equal((await images.resolve(ref)).id, image.id, ref);
  }
  const missing = async (ref: string, message: string): Promise<void> => {
    await assert.rejects(
      images.resolve(ref),
      (error) => isKind(error, 'not-found') && error.message === message,
    );
  };
  await missing('nope', 'No such image: nope:latest');
  await missing('app:v9', 'No such image: app:v9');
  await missing('0'.repeat(64), `No such image: sha256:${'0'.repeat(64)}`);
  await assert.rejects(images.resolve('../../x'), (error) => isKind(error, 'invalid'));
  await assert.rejects(images.resolve('sha256:../x'), (error) => isKind(error, 'invalid'));
  for (let i = 0; i < 40; i++) await loaded(images, await archiveOf([[await makeImage([`f${i}`])]]));
  await assert.rejects(images.resolve(hex.slice(0, 1)), (error) => isKind(error, 'not-found'));
});

test('a restart finds images, names and parents again', async () => {
  const { images, disk } = await startImages();
  const image = await makeImage(['a'], {
    config: { Labels: JSON.parse('{"__proto__":"p","constructor":"c"}') },
  });
  await loaded(images, await archiveOf([[image, 'app:v1']]));
  await images.tag('app:v1', 'other', 'x');
  const again = await startImages(disk);
  assert.deepEqual(again.warnings, []);
  const inspected = await again.images.inspect('other:x');
  assert.deepEqual(inspected.RepoTags, ['app:v1', 'other:x']);
  assert.equal(JSON.stringify(inspected.Config?.Labels), '{"__proto__":"p","constructor":"c"}');
  assert.equal(inspected.Metadata?.LastTagTime, '2026-01-02T03:04:05.000Z');
});

test('an image whose config is damaged is left out with a warning, the others serve', async () => {
  const { images, disk } = await startImages();
  const [good, bad] = [await makeImage(['a']), await makeImage(['b'])];
  await loaded(
    images,
    await archiveOf([
      [good, 'good:1'],
      [bad, 'bad:1'],
    ]),
  );
  await disk.blobs.delete(bad.id);
  const again = await startImages(disk);
  assert.equal(again.warnings.length, 3);
  assert.match(again.warnings.join(), /config is missing/);
  assert.equal((await again.images.resolve('good:1')).id, good.id);
  await assert.rejects(again.images.resolve('bad:1'), (error) => isKind(error, 'not-found'));
  assert.equal((await disk.storage.layers()).length, 2);
});

test('layers of a load that was cut off by a crash go at the next start', async () => {
  const { images, disk } = await startImages();
  await loaded(images, await archiveOf([[await makeImage(['a', 'b']), 'app:1']]));
  const orphan = await makeImage(['x', 'y']);
  const top = await disk.storage.addLayer(stream(orphan.layers[0] ?? Buffer.alloc(0)), { parent: null });
  await disk.storage.addLayer(stream(orphan.layers[1] ?? Buffer.alloc(0)), { parent: top.chainId });
  assert.equal((await disk.storage.layers()).length, 4);
  await startImages(disk);
  assert.equal((await disk.storage.layers()).length, 2);
});

test('the list: order, filters, sizes, use', async () => {
  const { images } = await startImages();
  const base = await makeImage(['a'], {
    created: '2024-01-01T00:00:00Z',
    config: { Labels: { tier: 'base' } },
  });
  const app = await makeImage(['a', 'b'], {
    created: '2025-01-01T00:00:00Z',
    config: { Labels: { tier: 'app' } },
  });
  const bare = await makeImage(['c'], { created: '2026-01-01T00:00:00Z' });
  await loaded(images, await archiveOf([[base, 'base:1', 'base:2'], [app, 'user/app:latest'], [bare]]));
  images.setUse((id) => (id === app.id ? [{ container: 'c1', running: true }] : []));
  const ids = async (query: ImageListQuery): Promise<string[]> =>
    (await images.list(query)).map(({ Id }) => Id);
  assert.deepEqual(await ids(all), [bare.id, app.id, base.id]);
  const listed = await images.list({ ...all, sharedSize: true });
  assert.deepEqual(
    listed.map(({ Size }) => Size),
    [12, 24, 12],
  );
  assert.deepEqual(
    listed.map(({ SharedSize }) => SharedSize),
    [0, 12, 12],
  );
  assert.deepEqual(
    listed.map(({ Containers }) => Containers),
    [0, 1, 0],
  );
  assert.deepEqual(listed[2]?.RepoTags, ['base:1', 'base:2']);
  assert.equal(listed[2]?.Created, 1704067200);
  assert.deepEqual(await ids(where({ dangling: ['true'] })), [bare.id]);
  assert.deepEqual(await ids(where({ dangling: ['false'] })), [app.id, base.id]);
  assert.deepEqual(await ids(where({ label: ['tier'] })), [app.id, base.id]);
  assert.deepEqual(await ids(where({ label: ['tier=app'] })), [app.id]);
  assert.deepEqual(await ids(where({ reference: ['base'] })), [base.id]);
  assert.deepEqual(await ids(where({ reference: ['*/app:lat*', 'nope'] })), [app.id]);
  assert.deepEqual((await images.list(where({ reference: ['base:2'] })))[0]?.RepoTags, ['base:2']);
  assert.deepEqual(await ids(where({ before: ['user/app'] })), [base.id]);
  assert.deepEqual(await ids(where({ since: ['base:1'] })), [bare.id, app.id]);
  assert.deepEqual(await ids(where({ until: ['2025-06-01'] })), [app.id, base.id]);
  await assert.rejects(images.list(where({ foo: ['x'] })), /invalid filter 'foo'/);
  await assert.rejects(images.list(where({ dangling: ['x'] })), /invalid filter 'dangling=\[x\]'/);
  await assert.rejects(images.list(where({ before: ['x'] })), /No such image: x:latest/);
});

test('history names layers with their sizes', async () => {
  const { images } = await startImages();
  const made = await makeImage(['a', 'bb'], {
    extra: {
      history: [
        { created: '2025-01-01T00:00:00Z', created_by: 'ADD a' },
        { created: '2025-01-01T00:00:00Z', created_by: 'ENV x=1', empty_layer: true },
        { created: '2025-01-02T00:00:00.5Z', created_by: 'ADD bb', comment: 'c' },
      ],
    },
  });
  await loaded(images, await archiveOf([[made, 'app:1']]));
  assert.deepEqual(await images.history('app:1'), [
    { Comment: 'c', Created: 1735776000, CreatedBy: 'ADD bb', Id: made.id, Size: 13, Tags: ['app:1'] },
    { Comment: '', Created: 1735689600, CreatedBy: 'ENV x=1', Id: '<missing>', Size: 0, Tags: null },
    { Comment: '', Created: 1735689600, CreatedBy: 'ADD a', Id: '<missing>', Size: 12, Tags: null },
  ]);
});

test('tags: moved from image to image, refused where they say nothing', async () => {
  const { images, events } = await startImages();
  const [one, two] = [await makeImage(['a']), await makeImage(['b'])];
  await loaded(
    images,
    await archiveOf([
      [one, 'one:1'],
      [two, 'two:1'],
    ]),
  );
  await images.tag('one:1', 'app', '');
  await images.tag('two:1', 'app', '');
  assert.equal((await images.resolve('app:latest')).id, two.id);
  assert.deepEqual(events().slice(2), ['tag app:latest', 'tag app:latest']);
  const refused = (repo: string, tag: string, message: RegExp): Promise<void> =>
    assert.rejects(
      images.tag('one:1', repo, tag),
      (error) => isKind(error, 'invalid') && message.test(error.message),
    );
  await refused('a/B', 'x', /repository name \(a\/B\) must be lowercase/);
  await refused('a', '.x', /invalid tag format/);
  await refused('sha256', 'x', /ambiguous tag using digest algorithm/);
  await refused('', 'x', /invalid reference format/);
  await assert.rejects(images.tag('nope', 'a', 'x'), /No such image: nope:latest/);
});

test('several images share layers in one archive, and it loads elsewhere as it was', async () => {
  const { images } = await startImages();
  const base = await makeImage(['a']);
  const app = await makeImage(['a', 'b']);
  await loaded(
    images,
    await archiveOf([
      [base, 'base:1', 'base:2'],
      [app, 'app:1'],
    ]),
  );
  const saved = await buffer(await images.save(['base', 'app:1', app.id]));
  const names: string[] = [];
  for await (const { header } of readTar(stream(saved))) names.push(header.name);
  // Folder, layers a and b, two configs, two manifests.
  assert.equal(names.filter((name) => name.startsWith('blobs/sha256/')).length, 1 + 2 + 2 + 2);
  assert.deepEqual(names.slice(-4), ['index.json', 'manifest.json', 'oci-layout', 'repositories']);
  const other = await startImages();
  assert.deepEqual(await loaded(other.images, saved), [
    'Loaded image: base:1',
    'Loaded image: base:2',
    'Loaded image: app:1',
  ]);
  assert.equal((await other.images.resolve('app:1')).id, app.id);
  assert.deepEqual(await buffer(await other.images.save(['base', 'app:1'])), saved);
  await assert.rejects(images.save(['nope']), /^MinkeError: No such image: nope$/);
  await assert.rejects(images.save(['base:9']), /No such image: base:9/);
});

test('layers of a removed image stay until its save is over', async () => {
  const { images, disk } = await startImages();
  const image = await makeImage(['a', 'b']);
  await loaded(images, await archiveOf([[image, 'app:1']]));
  const saving = await images.save(['app:1']);
  await images.remove('app:1', { force: false, noPrune: false });
  assert.equal((await disk.storage.layers()).length, 2);
  const other = await startImages();
  assert.deepEqual(await loaded(other.images, await buffer(saving)), ['Loaded image: app:1']);
  await until('the layers to go', async () => (await disk.storage.layers()).length === 0);
});

test('import: changes, message, name; bad changes leave nothing', async () => {
  const { images, disk, events } = await startImages();
  const tar = await tarOf([file('bin/sh', 'x')]);
  const options = { message: '', changes: ['CMD ["sh"]', 'ENV A=b'], source: '-' };
  const said = await messages(images.import(stream(gzipSync(tar)), { ...options, repo: 'imp', tag: 't' }));
  const inspected = await images.inspect('imp:t');
  assert.deepEqual(said, [{ status: inspected.Id }]);
  assert.equal(inspected.Comment, 'Imported from -');
  assert.deepEqual(inspected.Config?.Cmd, ['sh']);
  assert.equal(inspected.Size, 1);
  assert.equal(inspected.Architecture, 'amd64');
  assert.deepEqual(events(), ['tag imp:t', `import ${inspected.Id}`]);
  await assert.rejects(
    messages(images.import(stream(tar), { ...options, changes: ['RUN x'] })),
    (error) => isKind(error, 'invalid') && error.message === 'RUN is not a valid change command',
  );
  await assert.rejects(messages(images.import(stream(Buffer.from('no tar at all'.repeat(99))), options)));
  assert.equal((await disk.storage.layers()).length, 1);
  await messages(images.import(stream(tar), { ...options, repo: 'arm', platform: 'linux/arm64/v8' }));
  const arm = await images.inspect('arm');
  assert.deepEqual([arm.Architecture, arm.Variant, arm.Os], ['arm64', 'v8', 'linux']);
});

test('import from an address: its password is kept nowhere', async () => {
  const { images, disk } = await startImages();
  const tar = await tarOf([file('bin/sh', 'x')]);
  disk.remote.files.set('http://ada:marker@files.test/root.tar', tar);
  const options = { message: '', changes: [], repo: 'imp', source: 'http://ada:marker@files.test/root.tar' };
  const said = await messages(images.import(stream(Buffer.alloc(0)), options));
  const inspected = await images.inspect('imp');
  assert.deepEqual(said.at(0), { status: 'Downloading from http://ada:xxxxx@files.test/root.tar' });
  assert.partialDeepStrictEqual(said.at(-2), {
    status: 'Importing',
    progressDetail: { current: tar.length },
  });
  assert.deepEqual(said.at(-1), { status: inspected.Id });
  assert.equal(inspected.Comment, 'Imported from http://ada:xxxxx@files.test/root.tar');
  assert.doesNotMatch(JSON.stringify([said, inspected]), /marker/);
  await assert.rejects(
    messages(images.import(stream(tar), { ...options, source: 'files.test/none' })),
    (error) => isKind(error, 'not-found'),
  );
});

test('commit: a layer on its parent, a step of history; an empty one adds no layer', async () => {
  const { images, disk } = await startImages();
  const base = await makeImage(['a']);
  await loaded(images, await archiveOf([[base, 'base:1']]));
  const request = {
    container: 'c1',
    repo: 'made',
    comment: 'why',
    author: 'me',
    config: { Cmd: ['run', 'it'], Env: ['A=1'] },
    parent: base.id,
  };
  const id = await images.commit({ ...request, layer: stream(await tarOf([file('n', 'new')])) });
  const inspected = await images.inspect('made');
  assert.equal(inspected.Id, id);
  assert.equal('Parent' in inspected ? inspected.Parent : undefined, base.id);
  assert.deepEqual([inspected.Author, inspected.Comment], ['me', 'why']);
  assert.equal(inspected.RootFS?.Layers?.length, 2);
  const history = await images.history('made');
  assert.deepEqual(
    history.map(({ CreatedBy, Size, Id }) => [CreatedBy, Size, Id]),
    [
      ['run it', 3, id],
      ['ADD a', 12, base.id],
    ],
  );
  const empty = await images.commit({ ...request, repo: 'same', layer: stream(await tarOf([])) });
  assert.equal((await images.inspect(empty)).RootFS?.Layers?.length, 1);
  assert.equal((await disk.storage.layers()).length, 2);
  await assert.rejects(
    images.commit({
      ...request,
      parent: parseDigest(`sha256:${'0'.repeat(64)}`),
      layer: stream(await tarOf([])),
    }),
    (error) => isKind(error, 'not-found'),
  );
});

test('layers below a forced-away image go with its last container', async () => {
  const { images, disk } = await startImages();
  const image = await makeImage(['a', 'b']);
  await loaded(images, await archiveOf([[image, 'app:1']]));
  const { topLayer } = await images.resolve('app:1');
  await disk.storage.create('c1', { parent: topLayer });
  images.setUse(() => [{ container: 'c1', running: false }]);
  const rows = await images.remove('app:1', { force: true, noPrune: false });
  assert.deepEqual(rows, [{ Untagged: 'app:1' }, { Deleted: image.id }]);
  await images.collect(topLayer);
  assert.equal((await disk.storage.layers()).length, 2);
  await disk.storage.remove('c1');
  await images.collect(topLayer);
  assert.equal((await disk.storage.layers()).length, 0);
});

test('a reader that leaves early stops the load and nothing is left', async () => {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const archive = await archiveOf([[await makeImage(['a', 'b']), 'app:1']]);
  const controller = new AbortController();
  controller.abort(new Error('gone'));
  await assert.rejects(messages(images.load(stream(archive), { quiet: true }, controller.signal)));
  assert.equal(disk.scratch.open, 0);
  assert.equal((await disk.storage.layers()).length, 0);
  assert.equal(await images.count(), 0);
});

test('loads and removals of the same layers at once leave exactly what is named', async () => {
  const { images, disk } = await startImages();
  const made = await Promise.all(
    [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'd'], ['e']].map((files) => makeImage(files)),
  );
  const archives = await Promise.all(made.map((image, i) => archiveOf([[image, `app:${i}`]])));
  // Not random: each run steps through the same mix of waits.
  const worker = async (start: number): Promise<void> => {
    for (let round = 0; round < 12; round++) {
      const i = (start + round * 3) % made.length;
      await loaded(images, archives[i] ?? Buffer.alloc(0));
      for (let wait = (start * round) % 4; wait > 0; wait--) await Promise.resolve();
      const gone = images.remove(`app:${(i + start) % made.length}`, { force: false, noPrune: false });
      await gone.catch((error) => assert.ok(isKind(error, 'not-found'), String(error)));
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, start) => worker(start)));
  const left = (await images.list(all)).map(({ Id }) => Id);
  const chains = new Set(
    made
      .filter(({ id }) => left.includes(id))
      .flatMap(({ diffIds }) => diffIds.map((_, i) => diffIds.slice(0, i + 1).join())),
  );
  const layers = await disk.storage.layers();
  assert.equal(layers.length, chains.size);
  for (const id of left) await images.remove(id, { force: true, noPrune: false });
  assert.deepEqual(await disk.storage.layers(), []);
  assert.deepEqual(await disk.blobs.list(), []);
  assert.deepEqual([...disk.records.keys()], []);
});
