import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes, describe } from './leaked.ts';
import type { Snapshot } from './snapshot.ts';

const empty: Snapshot = {
  mounts: [],
  namespaces: [],
  links: ['lo'],
  rules: ['iptables -P INPUT ACCEPT'],
  cgroups: [],
  processes: [],
  files: [],
};

test('two equal snapshots differ in nothing', () => {
  assert.deepEqual(changes(empty, { ...empty }), []);
  assert.equal(describe([]), '');
});

test('what came and what went is named by its kind', () => {
  const after: Snapshot = { ...empty, mounts: ['overlay /x'], links: ['lo', 'veth1'], rules: [] };
  assert.equal(
    describe(changes(empty, after)),
    ['mounts:', '  + overlay /x', 'links:', '  + veth1', 'rules:', '  - iptables -P INPUT ACCEPT'].join('\n'),
  );
});

test('the same mount twice is one more than the same mount once', () => {
  const once: Snapshot = { ...empty, mounts: ['overlay /x'] };
  const twice: Snapshot = { ...empty, mounts: ['overlay /x', 'overlay /x'] };
  assert.deepEqual(changes(once, twice), [{ kind: 'mounts', more: ['overlay /x'], less: [] }]);
});
