import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLogConfig } from '../create/log-config.ts';
import { emptyLog, logLimits, logSpec } from './log-spec.ts';

const limits = (Type: string, Config: Record<string, string> = {}) => {
  const { maxSize, maxFiles, compress } = logLimits({ Type, Config });
  return [maxSize, maxFiles, compress];
};
const MB = 1_000_000;

test('logs are rotated unless somebody opts out', () => {
  assert.deepEqual(limits('json-file'), [100 * MB, 5, false]);
  assert.deepEqual(limits('json-file', { 'max-file': '2' }), [100 * MB, 2, false]);
  assert.deepEqual(limits('json-file', { 'max-size': '10m' }), [10 * MB, 1, false]);
  for (const word of ['unlimited', '-1'])
    assert.deepEqual(limits('json-file', { 'max-size': word }), [0, 1, false]);
  assert.deepEqual(limits('local'), [20 * 2 ** 20, 5, true]);
  assert.deepEqual(limits('local', { 'max-size': 'unlimited' }), [0, 5, true]);
});

test('what is judged at create', () => {
  const bad: [string, Record<string, string>, RegExp][] = [
    ['json-file', { nope: '1' }, /^unknown log opt 'nope' for json-file log driver$/],
    ['local', { labels: 'x' }, /^unknown log opt 'labels' for log driver local$/],
    ['json-file', { mode: 'nope' }, /^logger: logging mode not supported: nope$/],
    ['local', { 'max-buffer-size': '1m' }, /only supported with 'mode=non-blocking'/],
    ['local', { mode: 'non-blocking', 'max-buffer-size': 'x' }, /max-buffer-size: invalid size: 'x'$/],
    ['syslog', {}, /log driver 'syslog' is not available/],
    ['nope', {}, /plugin "nope" not found/],
  ];
  for (const [Type, Config, message] of bad)
    assert.throws(() => checkLogConfig({ Type, Config }), { message });
  checkLogConfig({ Type: 'json-file', Config: { 'max-size': 'big', mode: 'non-blocking' } });
  checkLogConfig({ Type: 'none', Config: { 'max-size': 'big' } });
});

test('what is judged at start', () => {
  const bad: [string, Record<string, string>, string][] = [
    ['json-file', { 'max-size': 'big' }, "invalid size: 'big'"],
    ['json-file', { 'max-size': '0' }, 'max-size must be a positive number'],
    ['json-file', { 'max-size': '5x' }, "invalid suffix: 'x'"],
    ['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
    ['json-file', { 'max-file': 'x' }, 'strconv.Atoi: parsing "x": invalid syntax'],
    ['json-file', { compress: 'maybe' }, 'strconv.ParseBool: parsing "maybe": invalid syntax'],
    [
      'json-file',
      { 'max-size': 'unlimited', 'max-file': '3' },
      'max-file can only be used together with max-size',
    ],
    [
      'json-file',
      { 'max-size': 'unlimited', compress: 'true' },
      'compress cannot be true when max-file is less than 2 or max-size is not set',
    ],
    ['local', { 'max-size': '0' }, 'max size should be a positive number'],
    ['local', { 'max-size': '5x' }, "invalid value for max-size: 5x: invalid suffix: 'x'"],
    [
      'local',
      { 'max-file': 'x' },
      'invalid value for max-file: x: strconv.Atoi: parsing "x": invalid syntax',
    ],
    ['local', { 'max-file': '1' }, 'compression cannot be enabled when max file count is 1'],
    ['local', { 'max-file': '-1', compress: 'false' }, 'max file count cannot be less than 0'],
    [
      'local',
      { compress: 'maybe' },
      'error reading compress log option: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
  ];
  for (const [Type, Config, message] of bad) assert.throws(() => logLimits({ Type, Config }), { message });
  assert.throws(() => logSpec({ Type: 'json-file', Config: { 'labels-regex': '(' } }, subject), {
    message: 'error parsing regexp: `(`',
  });
});

const subject = {
  id: 'f'.repeat(64),
  name: 'web',
  image: 'sha256:1',
  imageName: 'nginx',
  labels: { a: '1', b: '2' },
  env: ['X=y', 'Z'],
  folder: '/data/containers/f',
};

test('what is written of a container’s output', () => {
  const Config = { 'max-size': '10m', 'max-file': '3', labels: 'a', env: 'X,Z', tag: '{{.Name}}/{{.ID}}' };
  const path = `/data/containers/f/${'f'.repeat(64)}-json.log`;
  assert.deepEqual(logSpec({ Type: 'json-file', Config }, subject), {
    driver: 'json-file',
    path,
    maxSize: 10 * MB,
    maxFiles: 3,
    compress: false,
    attrs: Object.assign(Object.create(null), { a: '1', X: 'y', tag: `web/${'f'.repeat(12)}` }),
  });
  assert.deepEqual(logSpec({ Type: 'none', Config: {} }, subject), { driver: 'none' });
  const before = emptyLog({ Type: 'json-file', Config: { 'max-size': 'big' } }, subject);
  assert.equal(before.driver === 'none' ? null : before.path, path);
});
