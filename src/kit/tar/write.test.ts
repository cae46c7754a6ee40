import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHeader, type TarWriteHeader } from './encode-header.ts';
import { nameFromBytes, nameToBytes } from './name-bytes.ts';
import { readTar } from './read-tar.ts';
import { writeTar } from './write-tar.ts';

const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.string({ minLength: 90, maxLength: 300, unit: fc.constantFrom('a', '/', 'b') }),
    fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed())
  .filter((text) => text !== '');

const header: fc.Arbitrary<TarWriteHeader> = fc.record(
  {
    name,
    type: fc.constantFrom('file', 'link', 'symlink', 'character', 'block', 'directory', 'fifo'),
    mode: fc.nat(0o7777),
    uid: fc.oneof(fc.nat(70_000), fc.nat(0xfffffffe)),
    gid: fc.oneof(fc.nat(70_000), fc.nat(0xfffffffe)),
    uname: name,
    gname: name,
    mtime: fc.record(
      {
        seconds: fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
        nanoseconds: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
      },
      { noNullPrototype: true },
    ),
    linkname: name,
    devmajor: fc.nat(4095),
    devminor: fc.nat(1 << 20),
    xattrs: fc
      .array(
        fc.tuple(
          fc.constantFrom('user.a', 'user.b', 'security.capability'),
          fc.uint8Array({ maxLength: 40 }),
        ),
      )
      .map((pairs) => new Map(pairs.map(([key, value]) => [key, Buffer.from(value)]))),
  },
  { noNullPrototype: true },
);

test('what is written is read again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(header, fc.uint8Array({ maxLength: 1500 })), { maxLength: 5 }),
      async (entries) => {
        const written = entries.map(([each, content]) => ({
          header: { ...each, size: each.type === 'file' ? content.length : 0 },
          ...(each.type === 'file' && { body: content }),
        }));
        const bytes = await buffer(writeTar(written));
        assert.equal(bytes.length % 512, 0);
        let at = 0;
        for await (const entry of readTar(Readable.from([bytes]))) {
          const expected = written[at++];
          assert.ok(expected);
          const device = expected.header.type === 'character' || expected.header.type === 'block';
          const link = expected.header.type === 'link' || expected.header.type === 'symlink';
          const { typeflag: _, sparse, ...actual } = entry.header;
          assert.equal(sparse, null);
          assert.deepEqual(actual, {
            ...expected.header,
            linkname: link ? expected.header.linkname : '',
            devmajor: device ? expected.header.devmajor : 0,
            devminor: device ? expected.header.devminor : 0,
          });
          assert.deepEqual(await entry.body.bytes(1 << 20), Buffer.from(expected.body ?? []));
        }
        assert.equal(at, written.length);
      },
    ),
    { numRuns: 300 },
  );
});

test('plain entries need no pax header, and the same entry gives the same bytes', () => {
  const plain: TarWriteHeader = {
    name: `${'d'.repeat(90)}/${'f'.repeat(80)}`,
    type: 'file',
    size: 5,
    mode: 0o600,
  };
  assert.equal(encodeHeader(plain).length, 512);
  assert.deepEqual(encodeHeader(plain), encodeHeader({ ...plain }));
  assert.ok(encodeHeader({ ...plain, name: 'f'.repeat(101) }).length > 512);
});

test('content that is not as long as its header says is an error', async () => {
  const entry = (size: number): Promise<Buffer> =>
    buffer(
      writeTar([{ header: { name: 'f', type: 'file', size }, body: Readable.from([Buffer.from('abc')]) }]),
    );
  await assert.rejects(entry(2), /f is 3 bytes/);
  await assert.rejects(entry(4), /f is 3 bytes/);
  assert.equal((await entry(3)).length, 512 * 4);
});

test('names that no tar can hold are refused', () => {
  assert.throws(() => encodeHeader({ name: '', type: 'file' }), { kind: 'invalid' });
  assert.throws(() => encodeHeader({ name: 'a\0b', type: 'file' }), { kind: 'invalid' });
  assert.throws(() => encodeHeader({ name: 'a', type: 'symlink', linkname: 'b\0' }), { kind: 'invalid' });
});

test('any bytes survive as a name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const name = nameFromBytes(Buffer.from(bytes));
      assert.deepEqual(nameToBytes(name), Buffer.from(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('an entry is only asked for when the reader is there', async () => {
  let asked = 0;
  async function* entries() {
    for (;;) {
      asked++;
      yield {
        header: { name: `f${asked}`, type: 'file' as const, size: 200_000 },
        body: Buffer.alloc(200_000),
      };
    }
  }
  const stream = writeTar(entries());
  for await (const _ of stream) break;
  assert.ok(asked < 10, `${asked} entries`);
});
