import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { cpuTime } from '../../../test/harness/cpu-time.ts';
import { isKind, messageOf } from '../../errors/minke-error.ts';
import { decode } from './decode.ts';
import { parseJson } from './parse.ts';

const complaint = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(isKind(error, 'invalid'), messageOf(error));
    return messageOf(error);
  }
  return '';
};

test("what can't be read is told in Docker's words and without the text", () => {
  assert.equal(
    complaint(() => parseJson('')),
    'invalid JSON: got EOF while reading request body',
  );
  assert.equal(
    complaint(() => parseJson(' \n')),
    'invalid JSON: got EOF while reading request body',
  );
  assert.equal(
    complaint(() => parseJson('{"a":')),
    'invalid JSON: unexpected EOF',
  );
  assert.equal(
    complaint(() => parseJson('{"a":"b')),
    'invalid JSON: unexpected EOF',
  );
  assert.equal(
    complaint(() => parseJson('{} {}')),
    'unexpected content after JSON',
  );
  for (const bad of [
    '{"password":marker}',
    '{marker}',
    "{'marker':1}",
    'marker',
    '{"a":1,}',
    '[1 2]',
    '{"a" 1}',
  ]) {
    const told = complaint(() => parseJson(bad));
    assert.match(told, /^invalid JSON: invalid character/, bad);
    assert.doesNotMatch(told, /marker/);
  }
});

test('deep nesting neither overflows nor hangs', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
  const spent = cpuTime(() =>
    complaint(() => decode(v.object({ a: v.optional(v.string()) }), parseJson(`{"x":${deep}}`))),
  );
  assert.ok(spent < 2000);
});

test('a wrong field is named by its path, never by its value', () => {
  const schema = v.object({ A: v.object({ Secret: v.array(v.string()) }) });
  const told = complaint(() => decode(schema, { a: { secret: 'marker' } }));
  assert.equal(told, 'invalid JSON: field A.Secret: expected Array');
});

test('numbers that a double would round are refused', () => {
  const schema = v.object({ Memory: v.pipe(v.number(), v.safeInteger()) });
  for (const number of ['9007199254740993', '1e21', '1e999', '0.5', '"1"'])
    assert.notEqual(
      complaint(() => decode(schema, parseJson(`{"Memory":${number}}`))),
      '',
      number,
    );
  assert.equal(decode(schema, parseJson('{"Memory":9007199254740991}')).Memory, 9007199254740991);
});
