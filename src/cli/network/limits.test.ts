import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseLimits } from './limits.ts';

it('reads limits of traffic', () => {
  assert.deepEqual(parseLimits('egress=10mbit,delay=20ms,network=shop'), {
    network: 'shop',
    options: { 'minke.egress': '10mbit', 'minke.delay': '20ms' },
  });
  assert.deepEqual(parseLimits('loss=none'), { options: { 'minke.loss': '' } });
  for (const text of ['', 'egress', 'egress=', 'speed=1', 'network=', '=1', 'egress=1,'])
    assert.throws(() => parseLimits(text), /invalid limit/, text);
});
