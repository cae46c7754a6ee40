import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linuxSources, mountOf } from './linux.ts';

const table = `1 0 8:1 / / rw shared:1 - ext4 /dev/a rw
2 1 8:2 / /srv rw master:3 - ext4 /dev/b rw
3 1 8:2 / /srvx rw - ext4 /dev/b rw
`;

test('the mount that holds a path', () => {
  assert.equal(mountOf(table, '/srv/a'), 'master:3');
  assert.equal(mountOf(table, '/srvx'), '');
  assert.equal(mountOf(table, '/home'), 'shared:1');
});

test('kinds', () => {
  assert.equal(linuxSources.kind('/etc'), 'directory');
  assert.equal(linuxSources.kind('/etc/passwd'), 'file');
  assert.equal(linuxSources.kind('/nothing-here'), null);
});
