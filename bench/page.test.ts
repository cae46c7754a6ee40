import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between } from './page.ts';

test('only what stands between the marks is written anew', () => {
  const page = 'a\n<!-- x -->\nold\n<!-- /x -->\nb <!-- y -->\n';
  assert.equal(between(page, 'x', '$& new'), 'a\n<!-- x -->\n\n$& new\n\n<!-- /x -->\nb <!-- y -->\n');
  assert.throws(() => between(page, 'y', ''), /no place for y/);
});
