import assert from 'node:assert/strict';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  closeFd,
  makeDirectoryAt,
  openAt,
  readLinkBytesAt,
  symlinkAt,
  tryOpenAt,
  unlinkAt,
  writeAll,
} from './calls.ts';
import { entryParts } from './entry-name.ts';
import { statAt, tryStatAt } from './file-stat.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from './flags.ts';
import { logicalPath } from './logical-path.ts';
import { sortedNamesAt } from './read-directory.ts';
import { openBelow, useKernelWalk } from './resolve.ts';
import type { ResolveOptions } from './resolve-options.ts';

let top = '';
let root = -1;

before(() => {
  top = mkdtempSync(join(tmpdir(), 'safepath-'));
  const at = (path: string): string => join(top, path);
  mkdirSync(at('outside'));
  writeFileSync(at('outside/witness'), 'outside');
  mkdirSync(at('root/a/b'), { recursive: true });
  mkdirSync(at('root/outside'));
  writeFileSync(at('root/outside/witness'), 'inside');
  writeFileSync(at('root/a/b/file'), 'file');
  symlinkSync('/outside', at('root/absolute'));
  symlinkSync('../../../../../outside', at('root/a/climbing'));
  symlinkSync('b', at('root/a/near'));
  symlinkSync('loop2', at('root/loop1'));
  symlinkSync('loop1', at('root/loop2'));
  symlinkSync('/proc/self/cwd', at('root/magic'));
  symlinkSync('b/file', at('root/a/tofile'));
  root = openSync(at('root'), O_RDONLY | O_DIRECTORY);
});

after(() => {
  closeSync(root);
  rmSync(top, { recursive: true });
  useKernelWalk(undefined);
});

const inRoot = { links: 'in-root', followLast: true } as const;
const beneath = { links: 'beneath', followLast: true } as const;
const none = { links: 'none' } as const;

function contentOf(path: string, options: ResolveOptions): string {
  const fd = openBelow(root, path, O_RDONLY, options);
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeFd(fd);
  }
}

const refused = (path: string, options: ResolveOptions, code: RegExp, flags: number = O_RDONLY): void => {
  assert.throws(
    () => openBelow(root, path, flags, options),
    (error) => error instanceof Error && 'code' in error && code.test(String(error.code)),
    path,
  );
};

for (const kernel of [true, false])
  describe(kernel ? 'the kernel walks' : 'we walk', () => {
    before(() => useKernelWalk(kernel));

    test('paths are meant below the root, however they are written', () => {
      for (const path of ['a/b/file', '/a/b/file', '//a//b/./file', 'a/b/../b/file'])
        assert.equal(contentOf(path, inRoot), 'file', path);
      assert.equal(contentOf('a/b/file', none), 'file');
    });

    test('links lead where they would lead with that root', () => {
      for (const path of [
        'absolute/witness',
        'a/climbing/witness',
        '../../outside/witness',
        'a/../../outside/witness',
      ])
        assert.equal(contentOf(path, inRoot), 'inside', path);
      assert.equal(contentOf('a/near/file', inRoot), 'file');
      assert.equal(contentOf('a/tofile', inRoot), 'file');
    });

    test('no link is followed where none may be', () => {
      for (const path of ['absolute/witness', 'a/climbing/witness', 'a/near/file', 'a/tofile'])
        refused(path, none, /ELOOP/);
      refused('a/near', none, /ELOOP|ENOTDIR/, O_PATH | O_DIRECTORY);
      refused('../outside/witness', none, /EXDEV/);
      refused('a/../../outside', none, /EXDEV/);
    });

    test('links are followed as long as they stay below by themselves', () => {
      for (const path of ['a/near/file', 'a/tofile', 'a/../a/near/file'])
        assert.equal(contentOf(path, beneath), 'file', path);
      for (const path of ['absolute/witness', 'a/climbing/witness', '../outside/witness', 'magic'])
        refused(path, beneath, /EXDEV|ELOOP/);
    });

    test('the last link itself can be opened', () => {
      for (const options of [none, { links: 'in-root' } as const]) {
        const fd = openBelow(root, 'a/near', O_PATH, options);
        assert.equal(readLinkBytesAt(fd, '').toString(), 'b');
        closeFd(fd);
      }
      refused('a/near', { links: 'in-root' }, /ELOOP/);
    });

    test('circles, missing names, files as directories', () => {
      refused('loop1', inRoot, /ELOOP/);
      refused('loop1/x', inRoot, /ELOOP/);
      refused('a/nothing', inRoot, /ENOENT/);
      refused('a/nothing/more', none, /ENOENT/);
      refused('a/b/file/more', none, /ENOTDIR/);
      refused('a/b/file/', inRoot, /ENOTDIR/);
    });

    test('magic links of /proc are no way out', () => {
      mkdirSync(join(top, 'root/proc'));
      try {
        refused('magic', inRoot, /ENOENT/);
        const proc = openSync('/proc', O_RDONLY | O_DIRECTORY);
        assert.throws(() => openBelow(proc, 'self/root/etc', O_PATH, inRoot), /ELOOP|EXDEV|ENOENT/);
        closeSync(proc);
      } finally {
        rmSync(join(top, 'root/proc'), { recursive: true });
      }
    });

    test('the root itself', () => {
      for (const path of ['', '/', '.', './']) {
        const fd = openBelow(root, path, O_PATH | O_DIRECTORY, none);
        assert.deepEqual(sortedNamesAt(fd), readdirSync(join(top, 'root')).sort());
        closeFd(fd);
      }
    });

    test('files are made where the path leads', () => {
      const fd = openBelow(root, 'absolute/made', O_WRONLY | O_CREAT | O_EXCL, {
        links: 'in-root',
        mode: 0o600,
      });
      writeAll(fd, Buffer.from('x'));
      closeFd(fd);
      assert.equal(readFileSync(join(top, 'root/outside/made'), 'utf8'), 'x');
      rmSync(join(top, 'root/outside/made'));
      refused('absolute/made', none, /ELOOP/, O_WRONLY | O_CREAT);
    });
  });

test('where a path leads, as a path', () => {
  for (const [path, expected] of [
    ['/absolute/witness', '/outside/witness'],
    ['a/climbing', '/outside'],
    ['a/tofile', '/a/b/file'],
    ['/a/nothing/../x', '/a/x'],
    ['../..', '/'],
  ] as const)
    assert.equal(logicalPath(root, path), expected);
  assert.throws(() => logicalPath(root, 'loop1'), /ELOOP/);
});

test('single names: nothing follows a link', () => {
  assert.equal(statAt(root, 'absolute').type, S_IFLNK);
  assert.equal(statAt(root, 'a').type, S_IFDIR);
  assert.equal(tryStatAt(root, 'nothing'), null);
  assert.ok(tryOpenAt(root, 'absolute', O_RDONLY) < 0);
  makeDirectoryAt(root, 'made', 0o700);
  const made = openAt(root, 'made', O_PATH | O_DIRECTORY);
  symlinkAt('/outside/witness', made, 'link');
  assert.equal(readlinkSync(join(top, 'root/made/link')), '/outside/witness');
  unlinkAt(made, 'link');
  closeFd(made);
  rmSync(join(top, 'root/made'), { recursive: true });
});

test('names that are no text', () => {
  const name = 'odd-\udcff\udc80';
  const fd = openAt(root, name, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  closeFd(fd);
  assert.ok(sortedNamesAt(root).includes(name));
  assert.equal(statAt(root, name).type, S_IFREG);
  assert.ok(readdirSync(join(top, 'root'), { encoding: 'buffer' }).some((bytes) => bytes.includes(0xff)));
  unlinkAt(root, name);
});

test('names of archive entries', () => {
  assert.deepEqual(entryParts('./a//b/./c/'), ['a', 'b', 'c']);
  assert.deepEqual(entryParts('./'), []);
  assert.deepEqual(entryParts('/a', 'below-root'), ['a']);
  for (const name of ['../x', 'a/../b', '..', '/a', 'a\0b', `a/${'n'.repeat(256)}`])
    assert.throws(() => entryParts(name), { kind: 'invalid' }, name);
});
