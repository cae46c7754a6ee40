import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOwnNames } from './hosts.ts';

test('the own row of a container holds its whole name and the short one', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['box', '', ['box']],
    ['box', 'example.org', ['box.example.org', 'box']],
    ['box.example.org', '', ['box.example.org', 'box']],
    ['a.b', 'c', ['a.b.c', 'a']],
  ];
  for (const [Hostname, Domainname, names] of cases) {
    const rows = [{ address: '192.0.2.7', names: [Hostname] }];
    assert.deepEqual(withOwnNames(rows, { Hostname, Domainname }), [{ address: '192.0.2.7', names }]);
  }
});

test('rows of others stay as they are', () => {
  const rows = [{ address: '192.0.2.8', names: ['db', 'box.example.org'] }];
  assert.deepEqual(withOwnNames(rows, { Hostname: 'box.example.org', Domainname: '' }), rows);
});
