import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { sha256 } from '../../wire/digest.ts';
import type { BlobStore, ScratchSpace } from './contract.ts';

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
    await scratch.close();
  });
}
