import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOsRelease } from './os-release.ts';

test('plain, quoted and escaped values; anything else is passed over', () => {
  const found = parseOsRelease(
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n# c\nX=\'a\'\nY="a\\"b"\nbad line\n',
  );
  assert.deepEqual(
    [...found],
    [
      ['PRETTY_NAME', 'Debian GNU/Linux 12 (bookworm)'],
      ['ID', 'debian'],
      ['X', 'a'],
      ['Y', 'a"b'],
    ],
  );
});
