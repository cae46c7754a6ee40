import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PreparedMount } from '../spec/mounts.ts';
import { fitToImage } from './mounts.ts';

const tmpfs = (destination: string, options = ''): PreparedMount => ({ kind: 'tmpfs', destination, options });

test('a tmpfs has the mode of the folder that it covers, unless another is asked for', () => {
  const modes: Readonly<Record<string, number>> = {
    '/root': 0o700,
    '/tmp': 0o1777,
    '/dev/shm': 0o755,
    '/root/a': 0o700,
  };
  const folders = {
    folderMode: (_root: string, path: string) => modes[path] ?? null,
    kind: (_root: string, path: string) => (modes[path] === undefined ? null : ('directory' as const)),
    resolve: (_root: string, path: string) => (path === '/link' ? '/led/to' : path),
  };
  const of = (...mounts: PreparedMount[]) =>
    fitToImage(folders, '/r', mounts).map((mount) => (mount.kind === 'tmpfs' ? mount.options : mount.kind));
  assert.deepEqual(of(tmpfs('/root'), tmpfs('/tmp', 'size=1m')), ['mode=700', 'size=1m,mode=1777']);
  assert.deepEqual(of(tmpfs('/root', 'size=1m,mode=755')), ['size=1m,mode=755']);
  assert.deepEqual(of(tmpfs('/new'), tmpfs('/dev/shm')), ['', '']);
  const bind: PreparedMount = {
    kind: 'bind',
    source: '/s',
    destination: '/root',
    writable: true,
    propagation: '',
    nonRecursive: false,
    recursiveReadOnly: 'no',
  };
  assert.deepEqual(of(bind, tmpfs('/root/a')), ['bind', '']);
});

test('a link that leads to nothing yet is followed to where the mount point is made', () => {
  const folders = {
    folderMode: () => 0o700,
    kind: (_root: string, path: string) => (path === '/there' ? ('directory' as const) : null),
    resolve: (_root: string, path: string) => path.replace(/^\/lost/, '/led/to'),
  };
  const destinations = fitToImage(folders, '/r', [
    tmpfs('/lost'),
    tmpfs('/lost/below'),
    tmpfs('/there'),
    tmpfs('/new'),
  ]).map(({ destination }) => destination);
  assert.deepEqual(destinations, ['/led/to', '/lost/below', '/there', '/new']);
});
