import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactJson, indentJson } from './go-text.ts';

test('members and items a line each; what is empty stays on its line', () => {
  assert.equal(
    indentJson('{"a":{},"b":[ ],"c":[1,{"d":"x, {y}: \\"z\\""}]}', '\t'),
    '{\n\t"a": {},\n\t"b": [],\n\t"c": [\n\t\t1,\n\t\t{\n\t\t\t"d": "x, {y}: \\"z\\""\n\t\t}\n\t]\n}',
  );
  assert.equal(indentJson(' [1]\n\n', ' '), '[\n 1\n]\n\n');
});

test('numbers, order and doubled members stay as they are written', () => {
  const text = '{"2":1.0,"1":1e3,"1":123456789012345678901}';
  assert.equal(compactJson(` ${text.replaceAll(',', ' ,\n')} `), text);
});

test('what HTML could take for its own is escaped in strings', () => {
  assert.equal(compactJson('{"<": "a & b>\u2028"}'), '{"\\u003c":"a \\u0026 b\\u003e\\u2028"}');
});

test('any JSON means the same after it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const [plain, spaced] = [JSON.stringify(value), JSON.stringify(value, null, 3)];
      assert.equal(indentJson(plain, '   '), spaced);
      assert.equal(indentJson(spaced, '   '), spaced);
      assert.deepEqual(JSON.parse(compactJson(spaced)), JSON.parse(plain));
    }),
  );
});
