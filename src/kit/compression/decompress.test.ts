import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { decompress } from './decompress.ts';
import { detect } from './detect.ts';

const plain = Buffer.from('some text, repeated. '.repeat(5000));
const zstd = (bytes: Buffer): Buffer =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const inPieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    { objectMode: false },
  );

const forms: [string, Buffer][] = [
  ['none', plain],
  ['gzip', gzipSync(plain)],
  ['gzip', Buffer.concat([gzipSync(plain.subarray(0, 9)), gzipSync(plain.subarray(9))])],
  ['zstd', zstd(plain)],
  ['zstd', Buffer.concat([Buffer.from('502a4d1804000000aabbccdd', 'hex'), zstd(plain)])],
];

for (const [kind, bytes] of forms)
  for (const size of [1, 3, 7, 65536])
    test(`${kind} in pieces of ${size}`, async () => {
      const { stream, compression } = await decompress(inPieces(bytes, size));
      assert.equal(compression, kind);
      assert.deepEqual(await buffer(stream), plain);
    });

test('empty and very short inputs are plain', async () => {
  assert.equal((await buffer((await decompress(Readable.from([]))).stream)).length, 0);
  assert.equal((await buffer((await decompress(inPieces(Buffer.from('ab'), 1))).stream)).toString(), 'ab');
});

for (const [kind, bytes] of forms.filter(([kind]) => kind !== 'none')) {
  test(`cut ${kind} is invalid`, async () => {
    const { stream } = await decompress(inPieces(bytes.subarray(0, bytes.length - 5), 100));
    await assert.rejects(buffer(stream), { kind: 'invalid' });
  });
  test(`damaged ${kind} is invalid`, async () => {
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, damaged.length >> 1, (damaged.length >> 1) + 20);
    const { stream } = await decompress(inPieces(damaged, 100));
    await assert.rejects(buffer(stream), { kind: 'invalid' });
  });
}

test('an error of the source comes through', async () => {
  const source = new Readable({ read() {} });
  source.push(gzipSync(plain).subarray(0, 40));
  const { stream } = await decompress(source);
  source.destroy(new Error('gone'));
  await assert.rejects(buffer(stream), /gone/);
});

test('xz goes to the program that is given, else is refused', async () => {
  const xz = Buffer.from('fd377a585a000000', 'hex');
  assert.equal(detect(xz), 'xz');
  await assert.rejects(decompress(inPieces(xz, 8)), /xz compression/);
  const { stream } = await decompress(inPieces(xz, 8), () => Readable.from([Buffer.from('x')]));
  assert.equal((await buffer(stream)).toString(), 'x');
});
