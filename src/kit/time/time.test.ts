import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGoDuration } from './go-duration.ts';
import { pointInTime } from './point-in-time.ts';
import { nanosecondsOf, shortTime, timeOf } from './rfc3339.ts';

const SECOND = 1_000_000_000n;

test('durations', () => {
  assert.equal(parseGoDuration('1h30m'), 5400n * SECOND);
  assert.equal(parseGoDuration('1.5s'), 1_500_000_000n);
  assert.equal(parseGoDuration('.5ms'), 500_000n);
  assert.equal(parseGoDuration('-2us'), -2000n);
  assert.equal(parseGoDuration('0'), 0n);
  for (const text of ['', '5', 's', '1d', '1h ', '99999999999h', '1'.repeat(100)]) {
    assert.equal(parseGoDuration(text), undefined, text);
  }
});

test('times to the nanosecond and back', () => {
  const text = '2026-05-07T20:33:45.123456789Z';
  assert.equal(timeOf(nanosecondsOf(text) ?? 0n), text);
  assert.equal(nanosecondsOf('1970-01-01T01:00:00+01:00'), 0n);
  assert.equal(timeOf(-1n), '1969-12-31T23:59:59.999999999Z');
  assert.equal(nanosecondsOf('yesterday'), undefined);
  assert.equal(shortTime('2026-05-07T20:33:45.120000Z'), '2026-05-07T20:33:45.12Z');
  assert.equal(shortTime('2026-05-07T20:33:45.000+00:00'), '2026-05-07T20:33:45Z');
});

test('points in time', () => {
  const now = 1_000_000n * SECOND;
  assert.equal(pointInTime('10m', now), now - 600n * SECOND);
  assert.equal(pointInTime('1700000000', now), 1_700_000_000n * SECOND);
  assert.equal(pointInTime('1700000000.5', now), 1_700_000_000n * SECOND + 500_000_000n);
  assert.equal(pointInTime('1970-01-02T00:00:00Z', now), 86_400n * SECOND);
  assert.equal(pointInTime('1970-01-01T00:00:01.000000001Z', now), SECOND + 1n);
  assert.equal(pointInTime('1970-01-02T01+01:00', now), 86_400n * SECOND);
  assert.equal(pointInTime('2020-05-05', now), BigInt(new Date(2020, 4, 5).getTime()) * 1_000_000n);
  for (const text of ['x', '', '2020-13-01', '-5', '1e9']) {
    assert.throws(() => pointInTime(text, now), /failed to parse value as time or duration/, text);
  }
});
