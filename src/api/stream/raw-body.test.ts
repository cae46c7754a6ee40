import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../errors/minke-error.ts';
import { rawBody } from './raw-body.ts';

const cuts = fc.array(fc.nat(400), { maxLength: 8 });

/** The pieces that a buffer falls into when cut at these places. */
function pieces(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.filter((place) => place < bytes.length).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** Feeds pieces; answers the body and what lay behind it. */
function read(
  headers: Record<string, string>,
  parts: readonly Buffer[],
  limit = 1000,
): [string, string] | null {
  const body = rawBody(headers, limit);
  for (const [index, part] of parts.entries()) {
    const rest = body.push(part);
    if (rest !== null)
      return [body.bytes.toString(), Buffer.concat([rest, ...parts.slice(index + 1)]).toString()];
  }
  return null;
}

test('a body by its length, in any pieces', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), cuts, (text, behind, at) => {
      const bytes = Buffer.from(text + behind);
      const headers = { 'content-length': String(Buffer.byteLength(text)) };
      assert.deepEqual(read(headers, [Buffer.alloc(0), ...pieces(bytes, at)]), [text, behind]);
    }),
  );
});

test('a body in chunks, in any pieces', () => {
  const chunks = fc.array(fc.string({ minLength: 1 }), { maxLength: 5 });
  fc.assert(
    fc.property(chunks, fc.string(), cuts, (texts, behind, at) => {
      const framed = texts
        .map((text) => `${Buffer.byteLength(text).toString(16)};x=y\r\n${text}\r\n`)
        .join('');
      const bytes = Buffer.from(`${framed}0\r\nTrailer: x\r\n\r\n${behind}`);
      assert.deepEqual(read({ 'transfer-encoding': 'chunked' }, pieces(bytes, at)), [texts.join(''), behind]);
    }),
  );
});

test('nonsense is refused, and nothing is held beyond the limit', () => {
  const chunked = { 'transfer-encoding': 'chunked' };
  for (const text of [
    'x\r\n',
    '-1\r\n',
    '0x1\r\n',
    '\r\n',
    '1\r\nab\r\n',
    'fffffffff\r\n',
    '400\r\n',
    '1\nab\n\r\n',
    'a'.repeat(5000),
  ])
    assert.throws(
      () => read(chunked, [Buffer.from(text)]),
      (error) => isKind(error, 'invalid'),
      text.slice(0, 20),
    );
  assert.throws(() => rawBody({ 'content-length': '1001' }, 1000), /larger than 1000 bytes/);
  assert.throws(() => rawBody({ 'content-length': 'x' }, 1000), /larger than 1000 bytes/);
  assert.throws(
    () => rawBody({ 'transfer-encoding': 'gzip, chunked' }, 1000),
    /unsupported transfer encoding/,
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        read(chunked, [Buffer.from(bytes)]);
      } catch (error) {
        assert.ok(isKind(error, 'invalid'));
      }
    }),
  );
});
