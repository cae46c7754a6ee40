import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  archiveOf,
  Disk,
  loaded,
  makeImage,
  messages,
  startImages,
  stream,
} from '../../../../test/harness/images/memory-service.ts';
import { MemoryStorage } from '../../../drivers/storage/memory/memory.ts';
import { invalid } from '../../../errors/minke-error.ts';

/** Storage that counts the layers it was given, and does something before the second. */
class Interrupted extends MemoryStorage {
  added = 0;
  before: () => void = () => {};

  override async addLayer(...args: Parameters<MemoryStorage['addLayer']>) {
    if (++this.added === 2) this.before();
    args[1].signal?.throwIfAborted();
    return super.addLayer(...args);
  }
}

async function begin() {
  const storage = new Interrupted();
  const disk = new Disk(storage);
  const image = await makeImage(['a', 'b', 'c']);
  const archive = await archiveOf([[image, 'app:1']]);
  const { images } = await startImages(disk);
  return { storage, disk, archive, images };
}

test('layers of a load that was cut short are there for the next try, in the next process too', async () => {
  const { storage, disk, archive, images } = await begin();
  const stop = new AbortController();
  storage.before = () => stop.abort();
  await assert.rejects(messages(images.load(stream(archive), { quiet: true }, stop.signal)));
  assert.equal((await storage.layers()).length, 1);
  assert.equal(disk.unfinished.size, 1);
  const { images: next } = await startImages(disk);
  assert.equal((await storage.layers()).length, 1);
  storage.added = 0;
  storage.before = () => {};
  assert.deepEqual(await loaded(next, archive), ['Loaded image: app:1']);
  assert.equal(storage.added, 2);
  assert.equal(disk.unfinished.size, 0);
});

test('of one that failed nothing stays', async () => {
  const { storage, disk, archive, images } = await begin();
  storage.before = () => {
    throw invalid('wrong');
  };
  await assert.rejects(loaded(images, archive), { message: 'wrong' });
  assert.deepEqual([await storage.layers(), disk.unfinished.size], [[], 0]);
});

test('a prune lets go of what nobody goes on with', async () => {
  const { storage, disk, archive, images } = await begin();
  const stop = new AbortController();
  storage.before = () => stop.abort();
  await assert.rejects(messages(images.load(stream(archive), { quiet: true }, stop.signal)));
  await images.prune(new Map());
  assert.deepEqual([await storage.layers(), disk.unfinished.size], [[], 0]);
});
