import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linuxDevices, majorOf, minorOf } from './linux.ts';

test('device numbers', () => {
  assert.deepEqual([majorOf(0x0103n), minorOf(0x0103n)], [1, 3]);
  // makedev(0x12345, 0x6789a)
  const rdev = (0x345n << 8n) | 0x9an | (0x678n << 20n) | (0x12n << 44n);
  assert.deepEqual([majorOf(rdev), minorOf(rdev)], [0x12345, 0x6789a]);
});

test('nodes of the host', () => {
  assert.deepEqual(
    linuxDevices.at('/dev/null')?.map(({ path, type, major, minor }) => ({ path, type, major, minor })),
    [{ path: '/dev/null', type: 'c', major: 1, minor: 3 }],
  );
  assert.deepEqual(linuxDevices.at('/dev/nothing-here'), undefined);
  assert.deepEqual(linuxDevices.at('/etc/hostname'), []);
  const paths = linuxDevices.all().map(({ path }) => path);
  assert.ok(paths.includes('/dev/zero'));
  assert.ok(!paths.some((path) => path.startsWith('/dev/pts/')));
});
