import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountInfo } from './mountinfo.ts';
import { needsEscape, overlayOptions } from './overlay-options.ts';

test('lines with and without optional fields, escapes', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue',
    String.raw`40 35 0:40 / /a\040b\134c rw - overlay overlay rw,lowerdir=/x:/y`,
    'not a line',
    '',
  ].join('\n');
  assert.deepEqual(parseMountInfo(text), [
    {
      id: 36,
      parentId: 35,
      device: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      propagation: ['master:1', 'shared:7'],
      type: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    },
    {
      id: 40,
      parentId: 35,
      device: '0:40',
      root: '/',
      mountPoint: String.raw`/a b\c`,
      options: ['rw'],
      propagation: [],
      type: 'overlay',
      source: 'overlay',
      superOptions: ['rw', 'lowerdir=/x:/y'],
    },
  ]);
});

test('options of an overlay', () => {
  const overlay = { base: '/b', lower: ['l/A', 'l/B'], upper: 'c/diff', work: 'c/work' };
  assert.equal(
    overlayOptions(overlay, '/b'),
    'lowerdir=/b/l/A:/b/l/B,upperdir=/b/c/diff,workdir=/b/c/work,redirect_dir=off,index=off,metacopy=off',
  );
  assert.equal(
    overlayOptions({ base: '/b', lower: ['l/A'] }, '/b'),
    'lowerdir=/b/l/A,index=off,metacopy=off',
  );
  assert.ok(needsEscape('/a:b') && needsEscape('/a,b') && needsEscape('/a b') && !needsEscape('/a-b'));
});
