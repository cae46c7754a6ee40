import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { deflate } from './deflate.ts';
import { Inflate } from './inflate.ts';
import { isal } from './isal.ts';
import { type Isal, openIsal } from './library.ts';

const library = isal();
const skip = library === null ? 'the host has no ISA-L' : false;
const there = (): Isal => library ?? assert.fail();

const pieces = function* (bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

function inflated(bytes: Buffer, size = 1 << 18): Buffer {
  const inflate = new Inflate(there());
  const plain: Buffer[] = [];
  for (const piece of pieces(bytes, size))
    for (const chunk of inflate.write(piece)) plain.push(Buffer.from(chunk));
  inflate.end();
  return Buffer.concat(plain);
}

const deflated = (chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([...deflate(there(), chunks)].map((piece) => Buffer.from(piece)));

/** The plain bytes, or null where the data are refused. */
function verdict(work: () => Buffer): Buffer | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const plainBytes = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50_000 })).map(([text, count]) => {
    return Buffer.from(text.repeat(count)).subarray(0, 2_500_000);
  }),
);
const member = fc
  .tuple(plainBytes, fc.integer({ min: 0, max: 9 }), fc.constantFrom(0, 4, 2))
  .map(([plain, level, strategy]) => ({ plain, packed: gzipSync(plain, { level, strategy }) }));

test('a library that is not there is none', () => {
  assert.equal(openIsal('libisal-of-nobody.so.99'), null);
});

test('what zlib packed is unpacked, in pieces of any size, one member or several', { skip }, () => {
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 70_000 }),
      (members, size) => {
        const packed = Buffer.concat(members.map((one) => one.packed));
        const piece = packed.length / size > 5000 ? 5000 : size;
        assert.ok(inflated(packed, piece).equals(gunzipSync(packed)));
      },
    ),
    { numRuns: 200 },
  );
});

test('what is packed comes out of zlib as it was, the same bytes each time', { skip }, () => {
  fc.assert(
    fc.property(fc.array(plainBytes, { maxLength: 4 }), (chunks) => {
      const packed = deflated(chunks);
      assert.ok(gunzipSync(packed).equals(Buffer.concat(chunks)));
      assert.ok(inflated(packed).equals(Buffer.concat(chunks)));
      assert.ok(deflated(chunks).equals(packed));
    }),
    { numRuns: 100 },
  );
});

test('damaged data are refused as by zlib, or give what was packed', { skip }, () => {
  const damage = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(member, damage, fc.integer({ min: 1, max: 3000 }), ({ plain, packed }, bytes, size) => {
      const damaged = Buffer.from(packed);
      for (const [where, byte] of bytes) damaged[Math.floor(where * (damaged.length - 1))] = byte;
      const wanted = verdict(() => gunzipSync(damaged, { maxOutputLength: 64 << 20 }));
      const got = verdict(() => inflated(damaged, Math.max(size, damaged.length >> 12)));
      if (wanted !== null) assert.ok(got?.equals(wanted));
      // A damaged code that the data do not use.
      else if (got !== null) assert.ok(got.equals(plain));
    }),
    { numRuns: 2000 },
  );
});

test('a block of any bytes: refused or unpacked as zlib does it', { skip }, () => {
  const head = gzipSync('').subarray(0, 10);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (block) => {
      const packed = Buffer.concat([head, block]);
      assert.deepEqual(
        verdict(() => inflated(packed, 64)),
        verdict(() => gunzipSync(packed, { maxOutputLength: 64 << 20 })),
      );
    }),
    { numRuns: 3000 },
  );
});

const one = gzipSync('first, ');
const two = gzipSync('second');
const extra = Buffer.concat([
  Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 5, 0, ...Buffer.from('extra')]),
  Buffer.from('a name\0a remark\0'),
  deflateRawSync('first, '),
  one.subarray(-8),
]);
const checkedHead = Buffer.from([0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 3]);
const headSum = Buffer.alloc(2);
headSum.writeUInt16LE(crc32(checkedHead) & 0xffff);
const marked: readonly (readonly [string, Buffer])[] = [
  ['one member', one],
  ['two', Buffer.concat([one, two])],
  ['zeros behind them', Buffer.concat([one, two, Buffer.alloc(700)])],
  ['zeros and more behind', Buffer.concat([one, Buffer.alloc(3), two, Buffer.from('rest')])],
  ['something else behind', Buffer.concat([one, Buffer.from('no gzip')])],
  ['a byte behind', Buffer.concat([one, Buffer.from('n')])],
  ['half a head behind', Buffer.concat([one, two.subarray(0, 2)])],
  ['another method behind', Buffer.concat([one, Buffer.from([0x1f, 0x8b, 0xff, 0xff, 0, 0])])],
  ['a cut member behind', Buffer.concat([one, two.subarray(0, -3)])],
  ['a wrong checksum', Buffer.concat([one.subarray(0, -8), Buffer.alloc(4, 1), one.subarray(-4)])],
  ['a wrong length', Buffer.concat([one.subarray(0, -4), Buffer.alloc(4, 1)])],
  ['an extra field, a name and a remark', extra],
  ['a long name', Buffer.concat([extra.subarray(0, 17), Buffer.alloc(5000, 'n'), extra.subarray(17)])],
  ['reserved flags', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0xe0]), one.subarray(4)])],
  ['a checksum of the head', Buffer.concat([checkedHead, headSum, one.subarray(10)])],
  ['a wrong checksum of the head', Buffer.concat([checkedHead, Buffer.from('no'), one.subarray(10)])],
  ['reserved flags of the second', Buffer.concat([one, Buffer.from([0x1f, 0x8b, 8, 0x20]), one.subarray(4)])],
  ['nothing', Buffer.alloc(0)],
  ['a cut head', one.subarray(0, 7)],
  [
    'a dictionary that is not there',
    gzipSync(Buffer.alloc(100, 'a'), { finishFlush: constants.Z_SYNC_FLUSH }),
  ],
  ['a bomb', gzipSync(Buffer.alloc(20_000_000))],
];

for (const [what, bytes] of marked)
  for (const size of [1, 5, 1 << 18])
    test(`${what}, in pieces of ${size}: as zlib has it`, { skip }, () => {
      const wanted = verdict(() => gunzipSync(bytes));
      const got = verdict(() => inflated(bytes, size));
      assert.equal(got === null, wanted === null);
      if (got !== null && wanted !== null) assert.ok(got.equals(wanted));
    });
