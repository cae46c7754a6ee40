import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type S3Double, s3Bucket, s3Key, startS3 } from '../../../../test/harness/registry/s3-double.ts';
import { storageSuite } from '../suite.ts';
import { S3Client } from './client.ts';
import { S3Storage } from './s3.ts';

const doubles: S3Double[] = [];
after(() => {
  for (const double of doubles) double.close();
});

const storageOn = ({ endpoint }: S3Double, secretKey = s3Key.secretKey): S3Storage =>
  new S3Storage(new S3Client({ ...s3Key, secretKey, endpoint, bucket: s3Bucket }), {
    prefix: 'some/prefix/',
  });

async function start(): Promise<S3Double> {
  const double = await startS3();
  doubles.push(double);
  return double;
}

storageSuite('S3 storage', async () => {
  const double = await start();
  return { storage: storageOn(double), again: async () => storageOn(double) };
});

test('S3: nothing is left of uploads that ended either way', async () => {
  const double = await start();
  const storage = storageOn(double);
  for (const key of ['u/1', 'u/2']) {
    await storage.beginUpload(key);
    await storage.append(key, 0, one(Buffer.from('tail')));
  }
  await storage.abortUpload('u/1');
  await storage.seal('u/2');
  await storage.move('u/2', 'blob');
  assert.equal(double.uploads.size, 0);
  assert.deepEqual([...double.objects.keys()], ['some/prefix/blob']);
});

test('S3: a tail that became a part before a crash counts once', async () => {
  const double = await start();
  const storage = storageOn(double);
  await storage.beginUpload('u/1');
  await storage.append('u/1', 0, one(Buffer.from('tail')));
  const before = new Map(double.objects);
  const rest = Buffer.alloc((16 << 20) - 4, 'x');
  await storage.append('u/1', 4, one(rest));
  for (const [key, kept] of before) double.objects.set(key, kept);
  assert.equal(await storageOn(double).uploadSize('u/1'), 16 << 20);
});

test('S3: busy answers are asked again, refusals are told', async () => {
  const double = await start();
  double.busy = 2;
  await storageOn(double).write('a', Buffer.from('x'));
  assert.equal((await storageOn(double).read('a', 9))?.toString(), 'x');
  await assert.rejects(storageOn(double, 'wrong').read('a', 9), /SignatureDoesNotMatch/);
});

async function* one(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}
