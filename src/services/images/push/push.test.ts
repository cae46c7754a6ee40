import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  archiveOf,
  Disk,
  loaded,
  makeImage,
  messages,
  startImages,
} from '../../../../test/harness/images/memory-service.ts';
import { publish } from '../../../../test/harness/images/published.ts';
import { MemoryStorage } from '../../../drivers/storage/memory/memory.ts';
import { parseAuthHeader } from '../../../wire/registry/auth-header.ts';
import type { ImageService } from '../images.ts';

const credentials = parseAuthHeader(undefined);

const push = async (images: ImageService, image: string, tag?: string): Promise<string[]> => {
  const said = await messages(images.push({ image, credentials, ...(tag === undefined ? {} : { tag }) }));
  return said
    .filter(({ progress, aux }) => progress === undefined && aux === undefined)
    .map(({ id, status }) => (id === undefined ? String(status) : `${id}: ${status}`));
};

const pull = async (images: ImageService, image: string): Promise<void> => {
  await messages(images.pull({ image, credentials }));
};

test('a push says what Docker says; what the registry has is not sent again', async () => {
  const disk = new Disk();
  const { images, events } = await startImages(disk);
  const image = await makeImage(['a', 'b']);
  await loaded(images, await archiveOf([[image, 'r.test/app:1', 'r.test/app:2', 'r.test/b:1']]));
  const [a, b] = image.diffIds.map((diffId) => diffId.slice(7, 19));
  const said = await push(images, 'r.test/app', '1');
  assert.deepEqual(said.slice(0, 3), [
    'The push refers to repository [r.test/app]',
    `${b}: Preparing`,
    `${a}: Preparing`,
  ]);
  assert.deepEqual(said.slice(3, 5).sort(), [`${a}: Pushed`, `${b}: Pushed`].sort());
  assert.match(said[5] ?? '', /^1: digest: sha256:[0-9a-f]{64} size: \d+$/);
  const digest = /sha256:[0-9a-f]{64}/.exec(said[5] ?? '')?.[0];
  assert.deepEqual((await images.inspect('r.test/app:1')).RepoDigests, [`r.test/app@${digest}`]);
  disk.remote.asked.length = 0;
  const again = await push(images, 'r.test/app');
  assert.equal(again.filter((line) => line.endsWith('Layer already exists')).length, 4);
  assert.ok(disk.remote.asked.every((line) => !line.startsWith('upload')));
  const mounted = await push(images, 'r.test/b:1');
  assert.deepEqual(mounted.slice(3, 5).sort(), [`${a}: Mounted from app`, `${b}: Mounted from app`].sort());
  assert.ok(mounted[5]?.includes(String(digest)));
  assert.deepEqual(events().slice(-3), ['push r.test/app', 'push r.test/app', 'push r.test/b']);
  assert.equal(disk.scratch.open, 0);
});

test('digests stay on the way through, whether blobs were kept or dropped', async () => {
  for (const policy of ['keep', 'drop'] as const) {
    const disk = new Disk();
    const { images } = await startImages(disk, undefined, policy);
    const { digest, manifest } = publish(disk.remote, 'from.test/app', await makeImage(['a', 'b']), {
      tag: '1',
    });
    await pull(images, 'from.test/app:1');
    await images.tag('from.test/app:1', 'to.test/copy', '1');
    assert.ok((await push(images, 'to.test/copy:1')).at(-1)?.includes(digest), policy);
    assert.deepEqual(disk.remote.repository('to.test/copy').manifests.get(digest)?.bytes, manifest);
    assert.deepEqual((await images.inspect('to.test/copy:1')).RepoDigests, [
      `from.test/app@${digest}`,
      `to.test/copy@${digest}`,
    ]);
    assert.equal(disk.incoming.waiting.size, 0);
  }
});

test('where dropped blobs are gone for good, the image goes with a manifest of ours', async () => {
  const disk = new Disk();
  const { images } = await startImages(disk);
  const image = await makeImage(['a', 'b']);
  const { digest } = publish(disk.remote, 'from.test/app', image, { tag: '1' });
  await pull(images, 'from.test/app:1');
  disk.remote.repository('from.test/app').blobs.clear();
  await images.tag('from.test/app:1', 'to.test/copy', '1');
  const said = await push(images, 'to.test/copy:1');
  assert.ok(!said.at(-1)?.includes(digest));
  const fresh = await startImages();
  for (const [name, stored] of [['to.test/copy', disk.remote.repository('to.test/copy')]] as const) {
    const target = fresh.disk.remote.repository(name);
    for (const [key, bytes] of stored.blobs) target.blobs.set(key, bytes);
    for (const [key, found] of stored.manifests) target.manifests.set(key, found);
    for (const [key, found] of stored.tags) target.tags.set(key, found);
  }
  await pull(fresh.images, 'to.test/copy:1');
  assert.equal((await fresh.images.resolve('to.test/copy:1')).id, image.id);
});

test('what was compressed here is made again by the same compressor; without it the image goes with another manifest', async () => {
  const storage = new MemoryStorage();
  const disk = new Disk(storage);
  const { images } = await startImages(disk);
  await loaded(images, await archiveOf([[await makeImage(['a', 'b']), 'r.test/app:1']]));
  const pushed = async (): Promise<string | undefined> => {
    const { blobs, manifests } = disk.remote.repository('r.test/app');
    blobs.clear();
    manifests.clear();
    const said = await push(images, 'r.test/app:1');
    return /sha256:[0-9a-f]{64}/.exec(said.at(-1) ?? '')?.[0];
  };
  storage.compressors = ['isal', 'zlib'];
  const first = await pushed();
  assert.ok(first);
  storage.compressors = ['zlib', 'isal'];
  assert.equal(await pushed(), first);
  storage.compressors = ['zlib'];
  const second = await pushed();
  assert.notEqual(second, first);
  storage.compressors = ['isal', 'zlib'];
  assert.equal(await pushed(), second);
});

test('what can not be pushed, in words', async () => {
  const { images } = await startImages();
  await loaded(images, await archiveOf([[await makeImage(['a']), 'r.test/app:1']]));
  await assert.rejects(push(images, 'r.test/none:1'), {
    message: 'An image does not exist locally with the tag: r.test/none',
  });
  await assert.rejects(push(images, 'r.test/app:2'), { message: 'tag does not exist: r.test/app:2' });
  await assert.rejects(push(images, `r.test/app@sha256:${'0'.repeat(64)}`), {
    message: 'cannot push a digest reference',
  });
  const arm = { os: 'linux', architecture: 'arm64' };
  await assert.rejects(messages(images.push({ image: 'r.test/app:1', credentials, platform: arm })), {
    kind: 'not-found',
    message:
      'image with reference r.test/app:1 was found but its platform (linux/amd64) does not match the specified platform (linux/arm64)',
  });
});
