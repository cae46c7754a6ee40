import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elements, escapeXml, textOf } from './xml.ts';

test('texts come out as they went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(textOf(`<A><Key>${escapeXml(text)}</Key></A>`, 'Key'), text);
    }),
  );
  assert.deepEqual(elements('<a>1</a><b/><a>2</a><a>cut', 'a'), ['1', '2']);
  assert.equal(textOf('<a>&lt;&#x41;&#66;&unknown;&#99999999;</a>', 'a'), '<AB&unknown;&#99999999;');
});

test('anything is read', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void textOf(text, 'a')));
});
