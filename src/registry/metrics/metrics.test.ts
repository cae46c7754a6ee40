import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';

test('metrics are written as Prometheus reads them', () => {
  const metrics = new Metrics();
  metrics.count('a_total', 'Things.', { method: 'GET', path: 'x"y\n' });
  metrics.count('a_total', 'Things.', { method: 'GET', path: 'x"y\n' }, 2);
  metrics.change('open', 'Open.', 1);
  metrics.change('open', 'Open.', -1);
  metrics.time('seconds', 'Time.', 0.2, { route: 'r' });
  const lines = metrics.text().split('\n');
  assert.deepEqual(lines.slice(0, 6), [
    '# HELP a_total Things.',
    '# TYPE a_total counter',
    'a_total{method="GET",path="x\\"y\\n"} 3',
    '# HELP open Open.',
    '# TYPE open gauge',
    'open 0',
  ]);
  assert.ok(lines.includes('seconds_bucket{route="r",le="0.1"} 0'));
  assert.ok(lines.includes('seconds_bucket{route="r",le="0.5"} 1'));
  assert.ok(lines.includes('seconds_bucket{route="r",le="+Inf"} 1'));
  assert.ok(lines.includes('seconds_sum{route="r"} 0.2'));
  assert.ok(lines.includes('seconds_count{route="r"} 1'));
});
