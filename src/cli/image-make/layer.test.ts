import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { readTar } from '../../kit/tar/read-tar.ts';
import { type TarWriteEntry, writeTar } from '../../kit/tar/write-tar.ts';
import { type Addition, layerEntries } from './layer.ts';

const file = (name: string, seconds = 5): TarWriteEntry => ({
  header: { name, type: 'file', size: 1, mtime: { seconds, nanoseconds: 7 }, uname: 'me', uid: 3 },
  body: Buffer.from('x'),
});
const folder = (name: string): TarWriteEntry => ({ header: { name, type: 'directory' } });
const link = (name: string, linkname: string, type: 'link' | 'symlink'): TarWriteEntry => ({
  header: { name, type, linkname },
});

async function layerOf(entries: TarWriteEntry[], additions: Addition[] = []) {
  const tar = writeTar(layerEntries(writeTar(entries), { epoch: 100, additions }));
  const found = new Map<
    string,
    { linkname: string; seconds: number; uname: string; uid: number; text: string }
  >();
  for await (const { header, body } of readTar(Readable.from([await buffer(tar)]))) {
    const text = (await body.bytes(1000)).toString();
    const { linkname, uname, uid, mtime } = header;
    found.set(header.name, { linkname, seconds: mtime.seconds, uname, uid, text });
  }
  return found;
}

test('what an image has no use for stays out, folders stay', async () => {
  const found = await layerOf([
    folder('./'),
    folder('./dev/'),
    file('./dev/null'),
    folder('./usr/share/doc/'),
    folder('./usr/share/doc/bash/'),
    file('./usr/share/doc/bash/copyright'),
    file('./usr/share/doc/bash/changelog.gz'),
    folder('./usr/share/man/'),
    file('./usr/share/man/man1/ls.1.gz'),
    file('./usr/share/locale/de/x.mo'),
    folder('./var/log/'),
    file('./var/log/dpkg.log'),
    folder('./var/log/nginx/'),
    file('./var/lib/dpkg/status-old'),
    file('./var/lib/dpkg/status'),
    file('./etc/passwd-'),
    file('./etc/passwd'),
  ]);
  assert.deepEqual(
    [...found.keys()],
    [
      'dev/',
      'usr/share/doc/',
      'usr/share/doc/bash/',
      'usr/share/doc/bash/copyright',
      'usr/share/man/',
      'var/log/',
      'var/log/nginx/',
      'var/lib/dpkg/status',
      'etc/passwd',
    ],
  );
});

test('no time is younger than the epoch, no name of an owner, link targets as entries are named', async () => {
  const found = await layerOf([
    file('./a', 5),
    file('./b', 500),
    link('./c', './a', 'link'),
    link('./d', './a', 'symlink'),
  ]);
  assert.deepEqual(found.get('a'), { linkname: '', seconds: 5, uname: '', uid: 3, text: 'x' });
  assert.equal(found.get('b')?.seconds, 100);
  assert.equal(found.get('c')?.linkname, 'a');
  assert.equal(found.get('d')?.linkname, './a');
});

test('additions replace what the packages bring', async () => {
  const found = await layerOf(
    [file('./var/log/nginx/access.log.1'), file('./etc/x')],
    [
      { path: 'etc/x', content: 'mine', mode: 0o600 },
      { path: 'var/log/nginx/access.log', linkTo: '/dev/stdout' },
    ],
  );
  assert.deepEqual([...found.keys()], ['var/log/nginx/access.log.1', 'etc/x', 'var/log/nginx/access.log']);
  assert.equal(found.get('etc/x')?.text, 'mine');
  assert.equal(found.get('var/log/nginx/access.log')?.linkname, '/dev/stdout');
});
