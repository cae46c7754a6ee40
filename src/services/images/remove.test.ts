import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  archiveOf,
  file,
  loaded,
  type MadeImage,
  makeImage,
  startImages,
  stream,
  tarOf,
} from '../../../test/harness/images/memory-service.ts';
import { isKind } from '../../errors/minke-error.ts';
import type { ImageService } from './images.ts';

const plain = { force: false, noPrune: false };
const forced = { force: true, noPrune: false };
const container = '0246084df8747a3f7ae8a01e39ad8297a1f2671ca01e53dd06902c7e3017c5b1';

async function withImage(...tags: string[]) {
  const started = await startImages();
  const image = await makeImage(['a']);
  await loaded(started.images, await archiveOf([[image, ...tags]]));
  return { ...started, image, short: image.id.slice(7, 19), layer: image.diffIds[0] };
}

const refused = (work: Promise<unknown>, message: string): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.ok(isKind(error, 'conflict'));
    assert.equal(error.message, message);
    return true;
  });

const use = (images: ImageService, image: MadeImage, running: boolean): void =>
  images.setUse((id) => (id === image.id ? [{ container, running }] : []));

test('the last name takes the image with it', async () => {
  const { images, image, layer, events } = await withImage('a:1', 'b:1');
  assert.deepEqual(await images.remove('a:1', plain), [{ Untagged: 'a:1' }]);
  assert.deepEqual(await images.remove('b:1', plain), [
    { Untagged: 'b:1' },
    { Deleted: image.id },
    { Deleted: layer },
  ]);
  assert.deepEqual(events().slice(1), [`untag ${image.id}`, `untag ${image.id}`, `delete ${image.id}`]);
  assert.equal(await images.count(), 0);
  await assert.rejects(images.remove('b:1', plain), /No such image: b:1/);
});

test('an id takes one name along, several only by force', async () => {
  const one = await withImage('a:1');
  assert.deepEqual(await one.images.remove(one.short, plain), [
    { Untagged: 'a:1' },
    { Deleted: one.image.id },
    { Deleted: one.layer },
  ]);
  const two = await withImage('a:1', 'b:1');
  await refused(
    two.images.remove(two.short, plain),
    `conflict: unable to delete ${two.short} (must be forced) - image is referenced in multiple repositories`,
  );
  const rows = await two.images.remove(two.short, forced);
  assert.deepEqual(rows.slice(0, 2), [{ Untagged: 'a:1' }, { Untagged: 'b:1' }]);
});

test('used by a running container', async () => {
  const { images, image, short } = await withImage('busybox:latest');
  use(images, image, true);
  await refused(
    images.remove('busybox', plain),
    `conflict: unable to remove repository reference "busybox" (must force) - container 0246084df874 is using its referenced image ${short}`,
  );
  const hard = `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container 0246084df874`;
  await refused(images.remove(short, plain), hard);
  await refused(images.remove(short, forced), hard);
  assert.deepEqual(await images.remove('busybox', forced), [{ Untagged: 'busybox:latest' }]);
  assert.equal(await images.count(), 1);
});

test('used by a stopped container', async () => {
  const { images, image, short } = await withImage('a:1', 'b:1');
  use(images, image, false);
  assert.deepEqual(await images.remove('a:1', plain), [{ Untagged: 'a:1' }]);
  await refused(
    images.remove(short, plain),
    `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container 0246084df874`,
  );
  assert.equal((await images.remove(short, forced)).length, 3);
});

test('a parent stays while it has children, and goes with the last of them', async () => {
  const { images, image, short } = await withImage('base:1');
  const commit = async (repo: string, name: string) =>
    images.commit({
      container: 'c',
      repo,
      comment: '',
      author: '',
      config: {},
      parent: image.id,
      layer: stream(await tarOf([file(name, name)])),
    });
  const child = await commit('child', 'n');
  await refused(
    images.remove(short, forced),
    `conflict: unable to delete ${short} (cannot be forced) - image has dependent child images`,
  );
  assert.deepEqual(await images.remove('base:1', plain), [{ Untagged: 'base:1' }]);
  const all = { all: false, digests: false, sharedSize: false, manifests: false, filters: new Map() };
  assert.equal((await images.list(all)).length, 1);
  assert.equal((await images.list({ ...all, all: true })).length, 2);
  const rows = await images.remove('child', plain);
  assert.deepEqual(
    [rows[0], rows[1], rows[3]],
    [{ Untagged: 'child:latest' }, { Deleted: child }, { Deleted: image.id }],
  );
  assert.equal(rows.length, 5);
  assert.equal(await images.count(), 0);
});

test('with noPrune the nameless parent stays', async () => {
  const { images, image } = await withImage();
  await images.commit({
    container: 'c',
    repo: 'child',
    comment: '',
    author: '',
    config: {},
    parent: image.id,
    layer: stream(await tarOf([file('n', 'n')])),
  });
  await images.remove('child', { force: false, noPrune: true });
  assert.equal(await images.count(), 1);
});

test('prune: dangling ones, or all that nobody uses', async () => {
  const { images, disk, events } = await startImages();
  const [used, named, bare] = [
    await makeImage(['u']),
    await makeImage(['n'], { config: { Labels: { keep: 'yes' } } }),
    await makeImage(['b'], { created: '2020-01-01T00:00:00Z' }),
  ];
  await loaded(images, await archiveOf([[used, 'used:1'], [named, 'named:1', 'named:2'], [bare]]));
  use(images, used, false);
  const filters = (entries: Record<string, string[]>): Map<string, string[]> =>
    new Map(Object.entries(entries));
  assert.deepEqual((await images.prune(filters({ until: ['2019-01-01'] }))).deleted, []);
  assert.deepEqual((await images.prune(filters({ label: ['x'] }))).deleted, []);
  assert.deepEqual(await images.prune(filters({})), {
    deleted: [{ Deleted: bare.id }, { Deleted: bare.diffIds[0] }],
    spaceReclaimed: 12,
  });
  const every = { dangling: ['false'] };
  assert.deepEqual((await images.prune(filters({ ...every, 'label!': ['keep'] }))).deleted, []);
  const rest = await images.prune(filters(every));
  assert.deepEqual(rest.deleted, [
    { Untagged: 'named:1' },
    { Untagged: 'named:2' },
    { Deleted: named.id },
    { Deleted: named.diffIds[0] },
  ]);
  assert.equal(events().filter((event) => event === 'prune').length, 5);
  assert.equal((await disk.storage.layers()).length, 1);
  await assert.rejects(images.prune(filters({ foo: ['x'] })), /invalid filter 'foo'/);
  await assert.rejects(images.prune(filters({ until: ['1h', '2h'] })), /more than one until filter/);
});

test('a second prune at the same time is refused', async () => {
  const { images } = await withImage('a:1');
  const first = images.prune(new Map());
  await refused(images.prune(new Map()), 'a prune operation is already running');
  await first;
});
