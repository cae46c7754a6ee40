import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { closeFd, makeNodeAt, openTrusted } from '../safepath/calls.ts';
import { O_PATH, S_IFIFO } from '../safepath/flags.ts';
import { linuxRootfs as rootfs } from './linux.ts';

let base = '';
let root = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'minke-rootfs-'));
  root = join(base, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(base, 'outside'));
  writeFileSync(join(base, 'outside/secret'), 'witness');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test('files are read inside of the root only, and only regular ones', () => {
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0\n');
  symlinkSync(join(base, 'outside/secret'), join(root, 'etc/group'));
  symlinkSync('/etc/passwd', join(root, 'etc/inside'));
  const etc = openTrusted(join(root, 'etc'), O_PATH);
  makeNodeAt(etc, 'fifo', S_IFIFO | 0o600, 0, 0);
  closeFd(etc);
  assert.equal(rootfs.readText(root, '/etc/passwd', 100), 'root:x:0:0\n');
  assert.equal(rootfs.readText(root, '/etc/inside', 100), 'root:x:0:0\n');
  assert.equal(rootfs.readText(root, '/etc/group', 100), '');
  assert.equal(rootfs.readText(root, '/etc/fifo', 100), '');
  assert.equal(rootfs.readText(root, '/etc/none', 100), '');
});

test('a huge file is refused without being read', () => {
  writeFileSync(join(root, 'etc/group'), '');
  truncateSync(join(root, 'etc/group'), 4 * 2 ** 30);
  assert.throws(
    () => rootfs.readText(root, '/etc/group', 4096),
    (error) => isKind(error, 'invalid'),
  );
});

test('mount points of the kernel’s filesystems become folders', () => {
  symlinkSync(join(base, 'outside'), join(root, 'dev'));
  writeFileSync(join(root, 'proc'), '');
  rootfs.secureMountPoints(root);
  for (const name of ['dev', 'proc', 'sys']) assert.ok(lstatSync(join(root, name)).isDirectory(), name);
  assert.equal(readFileSync(join(base, 'outside/secret'), 'utf8'), 'witness');
});

test('folders are made along links inside of the root', () => {
  mkdirSync(join(root, 'run'));
  mkdirSync(join(root, 'var'));
  symlinkSync('/run', join(root, 'var/run'));
  symlinkSync(join(base, 'outside'), join(root, 'out'));
  rootfs.makeFolder(root, '/var/run/a/b');
  assert.ok(lstatSync(join(root, 'run/a/b')).isDirectory());
  rootfs.makeFolder(root, '/out/x');
  assert.ok(!existsSync(join(base, 'outside/x')));
  writeFileSync(join(root, 'file'), '');
  assert.throws(() => rootfs.makeFolder(root, '/file/x'), /not a directory/);
  assert.equal(rootfs.resolve(root, '/var/run/../run/x'), '/run/x');
  assert.equal(rootfs.kind(root, '/var/run'), 'directory');
});

test('a pinned path follows links that stay below, and no other', () => {
  mkdirSync(join(root, 'a/b'), { recursive: true });
  symlinkSync(join(base, 'outside'), join(root, 'a/l'));
  symlinkSync('/a', join(root, 'absolute'));
  symlinkSync('../../outside', join(root, 'a/up'));
  symlinkSync('../a/b', join(root, 'a/near'));
  for (const path of ['a/b', 'a/near', 'a/../a/b']) {
    const pinned = rootfs.pin(root, path);
    writeFileSync(join(pinned.path, 'new'), 'x');
    assert.ok(existsSync(join(root, 'a/b/new')), path);
    pinned.release();
    rmSync(join(root, 'a/b/new'));
  }
  for (const path of ['a/l', 'a/l/secret', '../outside', 'a/../../outside', 'absolute', 'a/up']) {
    assert.throws(
      () => rootfs.pin(root, path),
      (error) => isKind(error, 'invalid') && /escapes the base directory/.test(error.message),
      path,
    );
  }
  assert.throws(
    () => rootfs.pin(root, 'a/none'),
    (error) => isKind(error, 'not-found') && /^cannot access path .*\/a\/none: lstat/.test(error.message),
  );
});

test('the mode of a folder, links followed inside of the root only', () => {
  mkdirSync(join(root, 'sticky'));
  chmodSync(join(root, 'sticky'), 0o1770);
  chmodSync(join(base, 'outside'), 0o711);
  symlinkSync('/sticky', join(root, 'link'));
  symlinkSync(join(base, 'outside'), join(root, 'astray'));
  writeFileSync(join(root, 'file'), '');
  assert.equal(rootfs.folderMode(root, '/sticky'), 0o1770);
  assert.equal(rootfs.folderMode(root, '/link'), 0o1770);
  for (const none of ['/astray', '/file', '/none']) assert.equal(rootfs.folderMode(root, none), null);
});
