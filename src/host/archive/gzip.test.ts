import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzip } from './gzip.ts';

const packed = (chunks: readonly Buffer[]): Buffer => Buffer.concat([...gzip(chunks)]);

test('any chunks come out of gunzip as they were', () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 20_000 })).map(([text, count]) => {
      return Buffer.from(text.repeat(count)).subarray(0, 100_000);
    }),
  );
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
      assert.ok(gunzipSync(packed(chunks)).equals(Buffer.concat(chunks)));
    }),
    { numRuns: 100 },
  );
});

test('what is written in one chunk is found from the next', () => {
  const chunk = randomBytes(30_000);
  assert.ok(packed([chunk, chunk, chunk, chunk]).length < 2 * chunk.length);
});
