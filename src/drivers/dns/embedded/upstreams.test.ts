import assert from 'node:assert/strict';
import { it } from 'node:test';
import { upstreamsOf } from './upstreams.ts';

it('asks the host’s servers from the host and others from inside', () => {
  const own = '127.0.0.11';
  const host = ['127.0.0.53', '192.0.2.53'];
  const asked = (servers: string[], outside = true) =>
    upstreamsOf({ servers, outside }, own, host).map(({ address, from }) => `${address} ${from}`);
  assert.deepEqual(asked([]), ['127.0.0.53 host', '192.0.2.53 host']);
  assert.deepEqual(asked(['10.0.0.1', '192.0.2.53', own]), ['10.0.0.1 container', '192.0.2.53 host']);
  assert.deepEqual(asked(['10.0.0.1', '192.0.2.53'], false), ['10.0.0.1 container']);
  assert.deepEqual(asked([], false), []);
  assert.equal(asked(['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']).length, 3);
});
