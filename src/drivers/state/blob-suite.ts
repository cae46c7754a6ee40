import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { sha256 } from '../../wire/digest.ts';
import type { BlobStore, IncomingBlobs, ScratchSpace } from './contract.ts';

/** What every blob store must do. */
export function blobStoreSuite(name: string, make: () => Promise<BlobStore>): void {
  const hello = Buffer.from('hello');

  test(`${name}: blobs are kept by their digest`, async () => {
    const store = await make();
    const info = await store.put(hello);
    assert.deepEqual(info, { digest: sha256(hello), size: 5 });
    assert.deepEqual(await store.read(info.digest, 5), hello);
    const opened = await store.open(info.digest);
    assert.equal(opened?.size, 5);
    if (opened) assert.deepEqual(await buffer(opened.stream), hello);
    assert.equal(await store.has(info.digest), true);
    assert.equal(await store.has(sha256('other')), false);
    assert.equal((await buffer(store.stream(info.digest, 2))).toString(), 'llo');
    assert.deepEqual(await store.list(), [info]);
    await store.delete(info.digest);
    await store.delete(info.digest);
    assert.equal(await store.read(info.digest, 5), null);
    assert.equal(await store.open(info.digest), null);
    assert.deepEqual(await store.list(), []);
  });

  test(`${name}: what is not what was expected is not kept`, async () => {
    const store = await make();
    const other = sha256('other');
    const isInvalid = (error: unknown): boolean => isKind(error, 'invalid');
    await assert.rejects(store.put(hello, { digest: other }), isInvalid);
    await assert.rejects(store.put(hello, { size: 4 }), isInvalid);
    await assert.rejects(store.put(hello, { size: 6 }), isInvalid);
    await assert.rejects(
      store.put(
        (async function* () {
          yield hello;
          throw new Error('cut');
        })(),
      ),
      /cut/,
    );
    assert.deepEqual(await store.list(), []);
    await store.put(hello, { digest: sha256(hello), size: 5 });
    await assert.rejects(store.read(sha256(hello), 4), isInvalid);
  });
}

/** What every store of incoming blobs must do. */
export function incomingSuite(
  name: string,
  make: () => Promise<{ blobs: BlobStore; incoming: IncomingBlobs }>,
): void {
  const digest = sha256('hello world');

  test(`${name}: a blob comes bit by bit, and goes on where it was left`, async () => {
    const { blobs, incoming } = await make();
    const first = await incoming.open(digest);
    assert.equal(first.size, 0);
    await first.append(Buffer.from('hello '));
    assert.equal(first.size, 6);
    assert.deepEqual(await incoming.list(), [digest]);
    assert.equal(await first.isWhole(), false);
    await assert.rejects(first.keep(), (error) => isKind(error, 'invalid'));
    await first.close();
    const second = await incoming.open(digest);
    assert.equal(second.size, 6);
    await second.append(Buffer.from('world'));
    assert.equal(await second.isWhole(), true);
    assert.equal((await buffer(second.read())).toString(), 'hello world');
    assert.equal((await buffer(second.read(9))).toString(), 'ld');
    assert.equal((await buffer(second.read(11))).toString(), '');
    await second.keep();
    assert.equal((await blobs.read(digest, 100))?.toString(), 'hello world');
    const third = await incoming.open(digest);
    assert.equal(third.size, 0);
    await third.discard();
    assert.deepEqual(await incoming.list(), []);
  });

  test(`${name}: what came can be forgotten`, async () => {
    const { incoming } = await make();
    const first = await incoming.open(digest);
    await first.append(Buffer.from('hullo'));
    await first.reset();
    await first.append(Buffer.from('hello world'));
    assert.equal(await first.isWhole(), true);
    await first.discard();
    const second = await incoming.open(digest);
    assert.equal(second.size, 0);
    await second.discard();
  });
}

/** What every scratch space must do. */
export function scratchSuite(name: string, make: () => Promise<ScratchSpace>): void {
  test(`${name}: scratch bytes are read back from anywhere`, async () => {
    const scratch = await (await make()).create();
    await scratch.append(Buffer.from('one'));
    await scratch.append(Buffer.from('two'));
    assert.equal(scratch.size, 6);
    assert.equal((await buffer(scratch.read(2, 3))).toString(), 'etw');
    assert.equal((await buffer(scratch.read(0, 6))).toString(), 'onetwo');
    assert.equal((await buffer(scratch.read(3, 0))).length, 0);
    const large = Buffer.alloc(1 << 20, 'large');
    await scratch.append(large);
    for (let round = 0; round < 3; round++) {
      const left = scratch.read(0, scratch.size);
      for await (const chunk of left) {
        assert.ok(chunk.length > 0);
        break; // whoever stops early harms nobody
      }
      assert.equal(left.destroyed, true);
    }
    assert.deepEqual(await buffer(scratch.read(6, large.length)), large);
    await scratch.close();
  });
}
