import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogConfig, logSpec } from './log-config.ts';

const subject = {
  id: 'c',
  name: 'n',
  image: 'sha256:i',
  imageName: 'i',
  labels: null,
  env: [],
  folder: '/f',
};
const limits = (Type: string, Config: Record<string, string> = {}) => {
  const spec = logSpec({ Type, Config }, subject);
  return spec.driver === 'none' ? null : [spec.maxSize, spec.maxFiles, spec.compress];
};
const MB = 2 ** 20;

test('logs are rotated unless somebody opts out', () => {
  assert.deepEqual(limits('json-file'), [100 * MB, 5, false]);
  assert.deepEqual(limits('json-file', { 'max-file': '2' }), [100 * MB, 2, false]);
  assert.deepEqual(limits('json-file', { 'max-size': '10m' }), [10 * MB, 1, false]);
  for (const word of ['unlimited', '-1'])
    assert.deepEqual(limits('json-file', { 'max-size': word }), [0, 1, false]);
  assert.deepEqual(limits('local'), [20 * MB, 5, true]);
  assert.equal(limits('none'), null);
});

test('options that make no sense together, or none at all, are refused', () => {
  const bad: [string, Record<string, string>, RegExp][] = [
    ['json-file', { 'max-size': 'big' }, /invalid size: 'big'/],
    ['json-file', { 'max-file': '0' }, /max-file cannot be less than 1/],
    [
      'json-file',
      { 'max-size': 'unlimited', 'max-file': '3' },
      /max-file can only be used together with max-size/,
    ],
    ['json-file', { 'max-size': 'unlimited', compress: 'true' }, /compress cannot be true/],
    ['json-file', { nope: '1' }, /unknown log opt 'nope' for json-file log driver/],
    ['local', { 'max-size': 'unlimited' }, /max-size must be a positive number/],
    ['syslog', {}, /log driver 'syslog' is not available/],
    ['nope', {}, /plugin "nope" not found/],
  ];
  for (const [Type, Config, message] of bad) assert.throws(() => checkLogConfig({ Type, Config }), message);
});
