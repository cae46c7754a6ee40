import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goMode } from './path-stat.ts';
import { absolute, baseOf } from './paths.ts';

test('the end of a path says something, the rest is cleaned', () => {
  const cases: readonly (readonly [path: string, cleaned: string, base: string])[] = [
    ['/w/d', '/w/d', 'd'],
    ['w/d', '/w/d', 'd'],
    ['/w/d/', '/w/d/', 'd'],
    ['/w/d//', '/w/d/', 'd'],
    ['/w/d/.', '/w/d/.', '.'],
    ['/w/d/./', '/w/d/./', '.'],
    ['/w/d/..', '/w', 'w'],
    ['/w/x/../d', '/w/d', 'd'],
    ['/', '/', '/'],
    ['//', '/', '/'],
    ['.', '/.', '.'],
    ['/.', '/.', '.'],
    ['./', '/./', '.'],
    ['..', '/', '/'],
    ['../../etc', '/etc', 'etc'],
    ['/a b/*', '/a b/*', '*'],
  ];
  for (const [path, cleaned, base] of cases) {
    assert.equal(absolute(path), cleaned, path);
    assert.equal(baseOf(absolute(path)), base, path);
  }
  assert.equal(baseOf('/w/d/..'), '..');
  assert.equal(baseOf(''), '.');
});

test('modes as Go has them', () => {
  // Of Docker 28: directory, link, file with setuid, sticky directory, FIFO, character device.
  const cases: readonly (readonly [type: number, mode: number, go: number])[] = [
    [0o040000, 0o755, 0o20000000755],
    [0o120000, 0o777, 0o1000000777],
    [0o100000, 0o4755, 0o40000755],
    [0o040000, 0o1777, 0o20004000777],
    [0o010000, 0o644, 0o200000644],
    [0o020000, 0o644, 0o410000644],
    [0o060000, 0o2600, 0o420000600],
    [0o140000, 0o600, 0o100000600],
  ];
  for (const [type, mode, go] of cases) assert.equal(goMode({ type, mode }), go, type.toString(8));
});
