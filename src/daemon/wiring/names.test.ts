import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseHostNames } from './names.ts';

it('reads where the host is told names', () => {
  assert.equal(parseHostNames(''), null);
  assert.deepEqual(parseHostNames('127.0.0.54'), { host: '127.0.0.54', port: 53 });
  assert.deepEqual(parseHostNames('127.0.0.54:5353'), { host: '127.0.0.54', port: 5353 });
  assert.deepEqual(parseHostNames('::1'), { host: '::1', port: 53 });
  assert.deepEqual(parseHostNames('[::1]:54'), { host: '::1', port: 54 });
  for (const text of ['localhost', '127.0.0.1:0', '127.0.0.1:70000', '[::1', ':53', '127.0.0.1:x'])
    assert.throws(() => parseHostNames(text), /invalid host-names/, text);
});
