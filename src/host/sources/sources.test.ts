import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseMountInfo } from '../mount/mountinfo.ts';
import { linuxSources, mountOf } from './linux.ts';

const table = `1 0 8:1 / / rw shared:1 - ext4 /dev/a rw
2 1 8:2 / /srv rw master:3 - ext4 /dev/b rw
3 1 8:2 / /srvx rw - ext4 /dev/b rw
4 1 8:2 / /a\\040b rw shared:2 master:3 - ext4 /dev/b rw
`;

test('the mount that holds a path', () => {
  assert.deepEqual(mountOf(table, '/srv/a'), { point: '/srv', propagation: 'slave' });
  assert.deepEqual(mountOf(table, '/srvx'), { point: '/srvx', propagation: 'private' });
  assert.deepEqual(mountOf(table, '/home'), { point: '/', propagation: 'shared' });
  assert.deepEqual(mountOf(table, '/a b/c'), { point: '/a b', propagation: 'shared' });
});

test('what a mount forbids is what the kernel’s table says of it', () => {
  const known = new Set(['ro', 'nosuid', 'nodev', 'noexec']);
  const seen = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const proc = seen.findLast(({ mountPoint }) => mountPoint === '/proc');
  assert.ok(proc !== undefined);
  const expected = [...proc.options, ...proc.superOptions].filter((word) => known.has(word));
  assert.deepEqual(linuxSources.guards('/proc').sort(), [...new Set(expected)].sort());
  assert.throws(() => linuxSources.guards('/nothing-here'), { code: 'ENOENT' });
});

test('kinds', () => {
  assert.equal(linuxSources.kind('/etc'), 'directory');
  assert.equal(linuxSources.kind('/etc/passwd'), 'file');
  assert.equal(linuxSources.kind('/nothing-here'), null);
});
