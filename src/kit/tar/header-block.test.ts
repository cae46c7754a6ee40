import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { base256, names, one, parse, refuses } from './parse.fixture.ts';
import { type RawHeader, rawEnd, rawFile, rawHeader, rawPax, record } from './raw-tar.fixture.ts';

describe('header blocks', () => {
  test('every field of a ustar block', () => {
    const header = one(
      Buffer.concat([
        rawHeader({
          name: 'name',
          prefix: 'some/prefix',
          mode: '0004755\0',
          uid: '0001750\0',
          gid: '  1751 \0',
          mtime: '14000000000\0',
          flag: '3',
          devmajor: '0000010\0',
          devminor: '0000377\0',
          at: [
            [265, 'user'],
            [297, 'group'],
          ],
        }),
        rawEnd,
      ]),
    );
    assert.deepEqual(header, {
      name: 'some/prefix/name',
      type: 'character',
      typeflag: 0x33,
      linkname: '',
      size: 0,
      mode: 0o4755,
      uid: 1000,
      gid: 1001,
      uname: 'user',
      gname: 'group',
      mtime: { seconds: 0o14000000000, nanoseconds: 0 },
      devmajor: 8,
      devminor: 255,
      xattrs: new Map(),
      sparse: null,
    });
  });

  test('a v7 archive: a slash makes a directory', () => {
    const entries = parse(
      Buffer.concat([
        rawHeader({ name: 'd/', flag: '\0', magic: '' }),
        rawFile('d/f', 'x', { flag: '\0', magic: '' }),
      ]),
    );
    assert.deepEqual(
      entries.map(({ header }) => header.type),
      ['directory', 'file'],
    );
  });

  test("star's prefix is shorter", () => {
    const at: RawHeader['at'] = [
      [345 + 131, 'not the name'],
      [508, 'tar\0'],
    ];
    assert.equal(one(rawHeader({ name: 'n', prefix: 'p', at })).name, 'p/n');
  });

  test('base-256 numbers', () => {
    const header = one(
      rawHeader({
        flag: '5',
        uid: base256(3_000_000n, 8),
        mtime: base256(-5n, 12),
        size: base256(8_589_934_592n, 12),
      }),
    );
    assert.equal(header.uid, 3_000_000);
    assert.equal(header.mtime.seconds, -5);
    assert.equal(header.size, 0);
  });

  test('numbers that mean no file are refused', () => {
    refuses(rawHeader({ size: base256(-512n, 12) }), /size is negative/);
    refuses(rawHeader({ size: base256(1n << 63n, 12) }), /size is too large/);
    refuses(rawHeader({ size: base256(1n << 60n, 12) }), /size is too large/);
    refuses(rawHeader({ size: Buffer.alloc(12, 0xff) }), /size is negative/);
    refuses(rawHeader({ size: '12x4567\0' }), /size is no octal number/);
    refuses(rawHeader({ uid: base256(-1n, 8) }), /uid is negative/);
    refuses(rawHeader({ uid: base256(0xffffffffn, 8) }), /out of range/);
    refuses(Buffer.concat([rawPax(record('gid', '4294967295')), rawHeader({})]), /out of range/);
  });

  test('a wrong checksum, an entry behind a single zero block', () => {
    refuses(rawHeader({ checksum: '000001\0 ' }), /wrong checksum/);
    refuses(Buffer.concat([rawFile('a'), Buffer.alloc(512), rawFile('b')]), /after the end mark/);
  });

  test('a checksum of signed bytes', () => {
    const block = rawHeader({ name: Buffer.from([0xe9, 0x61]) });
    let sum = 8 * 0x20;
    for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += block.readInt8(at);
    const archive = rawHeader({
      name: Buffer.from([0xe9, 0x61]),
      checksum: `${sum.toString(8).padStart(6, '0')}\0 `,
    });
    assert.equal(one(archive).name, '\udce9a');
  });

  test('types without content have none, whatever the size says', () => {
    assert.deepEqual(
      names(Buffer.concat([rawHeader({ name: 'l', flag: '1', linkname: 't', size: 4096 }), rawFile('b')])),
      ['l', 'b'],
    );
  });

  test('unknown types are told as such, their content passed over', () => {
    const [entry, next] = parse(Buffer.concat([rawFile('odd', 'content', { flag: 'Z' }), rawFile('b')]));
    assert.equal(entry?.header.type, 'other');
    assert.equal(next?.header.name, 'b');
  });
});
