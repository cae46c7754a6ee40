import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpuTime } from '../../../test/harness/cpu-time.ts';
import { readTarget } from './path.ts';

const path = (raw: string) => {
  const target = readTarget(raw);
  return target.kind === 'path' ? target.path : target.kind === 'moved' ? `→ ${target.location}` : 'bad';
};

test('one spelling is served, others are sent to it', () => {
  for (const [raw, expected] of [
    ['/containers/json', '/containers/json'],
    ['/containers/json?all=1', '/containers/json'],
    ['/images/a%2Fb/json', '/images/a/b/json'],
    ['/images/a:1/json', '/images/a:1/json'],
    ['/images/a%3A1/json', '/images/a:1/json'],
    ['/%63ontainers/json', '/containers/json'],
    ['http://docker/v1.41/info', '/v1.41/info'],
    ['HTTP://docker', '/'],
    ['/networks/', '/networks/'],
    ['//containers/json', '→ /containers/json'],
    ['//containers/json?all=1', '→ /containers/json?all=1'],
    ['/v1.41/../containers/json', '→ /containers/json'],
    ['/v1.41/%2e%2e/containers/json', '→ /containers/json'],
    ['/containers/..%2f..%2fversion', '→ /version'],
    ['/containers/./json', '→ /containers/json'],
    ['/..', '→ /'],
    ['/containers/%00/json', 'bad'],
    ['/containers/%0d%0aX/json', 'bad'],
    ['/containers/a%5Cb', 'bad'],
    ['/%zz', 'bad'],
    ['/%ff', 'bad'],
    ['*', 'bad'],
    ['ftp://x/y', 'bad'],
    ['http://user@host/x', 'bad'],
    ['', 'bad'],
  ] as const)
    assert.equal(path(raw), expected, raw);
});

test('a redirect leads to a normal form, in one step, on this host', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('a', '..', '.', '', '%2e%2e', '%2F', '/', '%', '%20', 'b?c', 'http:', '#', '\\', 'é'),
      ),
      (parts) => {
        const target = readTarget(`/${parts.join('/')}`);
        if (target.kind === 'path') assert.doesNotMatch(target.path, /\/\/|\/\.{1,2}(\/|$)|[\0-\x1f\\]/);
        if (target.kind !== 'moved') return;
        assert.match(target.location, /^\/(?!\/)/);
        assert.equal(readTarget(target.location).kind, 'path');
      },
    ),
  );
});

test('anything is read quickly and without an exception', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (raw) => void readTarget(raw)));
  for (const piece of ['a', '/', '../', '%2e%2e/', '-', '%']) {
    assert.ok(cpuTime(() => readTarget(`/${piece.repeat(65_536)}`)) < 1000, piece);
  }
});
