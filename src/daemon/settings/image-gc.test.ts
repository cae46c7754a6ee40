import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showGcRules } from '../../services/images/gc/rules.ts';
import { parseImageGc } from './image-gc.ts';

const rules = (high: string | number, low: string | number, age = '24h') =>
  parseImageGc({ high, low, 'min-age': age });

test('marks in percent or bytes, an age as Go writes it', () => {
  assert.deepEqual(rules('80%', '62.5%'), {
    high: { unit: 'percent', value: 80 },
    low: { unit: 'percent', value: 62.5 },
    minAge: 86_400_000,
  });
  assert.deepEqual(rules('1g', 1000, '90s'), {
    high: { unit: 'bytes', value: 2 ** 30 },
    low: { unit: 'bytes', value: 1000 },
    minAge: 90_000,
  });
  assert.equal(showGcRules(rules('80%', '60%', '1h')), 'high=80%,low=60%,min-age=3600s');
});

test('what makes no sense is refused in words', () => {
  assert.throws(() => rules('101%', '1%'), /high is more than 100%/);
  assert.throws(() => rules('80%', '5g'), /different units/);
  assert.throws(() => rules('1g', '1g'), /low is not below high/);
  assert.throws(() => rules('', '1g'), /high is neither a percentage nor a size/);
  assert.throws(() => rules('80%', '-1%'), /low is neither/);
  assert.throws(() => rules('80%', '60%', 'soon'), /min-age "soon" is no duration/);
  assert.throws(() => rules('80%', '60%', '-1h'), /min-age/);
});
