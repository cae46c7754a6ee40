import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import type { OpenObject, RegistryStorage } from './contract.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function contentOf(object: OpenObject | null, start = 0, end = object?.size ?? 0): Promise<string> {
  assert.ok(object !== null);
  const parts: Buffer[] = [];
  // A copy: the memory is the sender's again.
  await object.send({ start, end }, async (piece) => void parts.push(Buffer.from(piece)));
  await object.close();
  return Buffer.concat(parts).toString();
}

/** What every storage must do. `make` gives an empty one; `again` opens the same bytes as after a crash. */
export function storageSuite(
  name: string,
  make: () => Promise<{ storage: RegistryStorage; again?: () => Promise<RegistryStorage> }>,
): void {
  test(`${name}: objects are written, read, listed and removed`, async () => {
    const { storage } = await make();
    assert.equal(await storage.read('a/b/c', 10), null);
    assert.equal(await storage.stat('a/b/c'), null);
    assert.equal(await storage.open('a/b/c'), null);
    assert.deepEqual(await storage.list('a'), []);
    const before = Date.now() - 2000;
    await storage.write('a/b/c', Buffer.from('one'));
    await storage.write('a/b/c', Buffer.from('other'));
    assert.equal((await storage.read('a/b/c', 10))?.toString(), 'other');
    assert.equal((await storage.read('a/b/c', 5))?.toString(), 'other');
    await assert.rejects(storage.read('a/b/c', 4), (error) => isKind(error, 'invalid'));
    const found = await storage.stat('a/b/c');
    assert.equal(found?.size, 5);
    assert.ok((found?.modified ?? 0) >= before);
    assert.equal(await storage.stat('a/b'), null, 'a folder is no object');
    assert.equal(await storage.read('a/b', 10), null, 'a folder is no object');
    assert.equal(await contentOf(await storage.open('a/b/c')), 'other');
    assert.equal(await contentOf(await storage.open('a/b/c'), 1, 4), 'the');
    await storage.write('a/z', Buffer.from('z'));
    await storage.write('a/b-c/d', Buffer.from('d'));
    assert.deepEqual(await storage.list('a'), [
      { name: 'b', folder: true },
      { name: 'b-c', folder: true },
      { name: 'z', folder: false },
    ]);
    assert.equal(await storage.remove('a/b/c'), true);
    assert.equal(await storage.remove('a/b/c'), false);
    assert.equal(await storage.read('a/b/c', 10), null);
    assert.deepEqual(
      (await storage.list('a')).map((entry) => entry.name),
      ['b-c', 'z'],
      'a folder goes with what was in it last',
    );
    await storage.removeFolder('a/b-c');
    await storage.removeFolder('a/nowhere');
    assert.deepEqual(await storage.list('a'), [{ name: 'z', folder: false }]);
    await storage.move('a/z', 'b/c/z');
    assert.equal(await storage.stat('a/z'), null);
    assert.equal((await storage.read('b/c/z', 1))?.toString(), 'z');
    await storage.close();
  });

  test(`${name}: an upload grows, is sealed and moved`, async () => {
    const { storage } = await make();
    assert.equal(await storage.uploadSize('u/1/data'), null);
    await storage.beginUpload('u/1/data');
    assert.equal(await storage.uploadSize('u/1/data'), 0);
    assert.equal(await storage.append('u/1/data', 0, pieces('hello', '', ' ')), 6);
    await assert.rejects(storage.append('u/1/data', 5, pieces('x')), (error) => isKind(error, 'conflict'));
    assert.equal(await storage.append('u/1/data', 6, pieces()), 6);
    assert.equal(await storage.append('u/1/data', 6, pieces('world')), 11);
    assert.equal(await storage.uploadSize('u/1/data'), 11);
    await storage.seal('u/1/data');
    assert.equal(await contentOf(await storage.open('u/1/data')), 'hello world');
    await storage.move('u/1/data', 'blobs/1');
    assert.equal(await storage.uploadSize('u/1/data'), null);
    assert.equal(await contentOf(await storage.open('blobs/1')), 'hello world');
    await storage.beginUpload('u/2/data');
    await storage.abortUpload('u/2/data');
    assert.equal(await storage.uploadSize('u/2/data'), null);
    await storage.beginUpload('u/3/data');
    await storage.seal('u/3/data');
    await storage.move('u/3/data', 'blobs/empty');
    assert.equal((await storage.stat('blobs/empty'))?.size, 0);
    await storage.close();
  });

  test(`${name}: what was given before the cut is kept, and a later process goes on`, async () => {
    const made = await make();
    let { storage } = made;
    await storage.beginUpload('u/1/data');
    await assert.rejects(
      storage.append(
        'u/1/data',
        0,
        (async function* () {
          yield Buffer.from('be');
          yield Buffer.from('fore');
          throw new Error('cut');
        })(),
      ),
      /cut/,
    );
    assert.equal(await storage.uploadSize('u/1/data'), 6);
    if (made.again !== undefined) storage = await made.again();
    assert.equal(await storage.append('u/1/data', 6, pieces(' and after')), 16);
    await storage.seal('u/1/data');
    await storage.move('u/1/data', 'whole');
    assert.equal(await contentOf(await storage.open('whole')), 'before and after');
    await storage.close();
  });

  test(`${name}: large uploads in odd pieces come out as they went in`, async () => {
    const { storage } = await make();
    const piece = Buffer.from(Array.from({ length: 77_777 }, (_, at) => at % 251));
    const whole = Buffer.concat(Array.from({ length: 160 }, () => piece));
    await storage.beginUpload('u/1/data');
    let size = 0;
    for (const count of [1, 100, 59]) {
      size = await storage.append(
        'u/1/data',
        size,
        (async function* () {
          for (let at = 0; at < count; at += 1) yield piece;
        })(),
      );
    }
    assert.equal(size, whole.length);
    await storage.seal('u/1/data');
    await storage.move('u/1/data', 'big');
    const object = await storage.open('big');
    assert.ok(object !== null);
    let at = 0;
    await object.send({ start: 0, end: object.size }, async (part) => {
      assert.ok(whole.subarray(at, at + part.length).equals(part));
      at += part.length;
    });
    await object.close();
    assert.equal(at, whole.length);
    await storage.close();
  });
}
