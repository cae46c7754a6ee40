import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../../errors/minke-error.ts';
import type { TarHeader } from './header.ts';
import { TarParser } from './parser.ts';
import {
  gnuMagic,
  type RawHeader,
  rawContent,
  rawEnd,
  rawFile,
  rawHeader,
  rawLong,
  rawPax,
  record,
} from './raw-tar.fixture.ts';
import { readTar } from './read-tar.ts';

interface Seen {
  readonly header: TarHeader;
  readonly content: Buffer;
}

/** Feeds the archive in pieces of `size`; checks that framing and content together are the archive. */
function parse(archive: Buffer, size = archive.length): Seen[] {
  const entries: { header: TarHeader; pieces: [Buffer, number][] }[] = [];
  const all: Buffer[] = [];
  const parser = new TarParser({
    entry: (header) => entries.push({ header, pieces: [] }),
    data: (chunk, offset) => {
      entries.at(-1)?.pieces.push([Buffer.from(chunk), offset]);
      all.push(Buffer.from(chunk));
    },
    entryEnd: () => {},
    framing: (bytes) => all.push(Buffer.from(bytes)),
  });
  for (let at = 0; at < archive.length; at += size) parser.write(archive.subarray(at, at + size));
  parser.end();
  assert.deepEqual(Buffer.concat(all), archive);
  assert.equal(parser.bytes, archive.length);
  return entries.map(({ header, pieces }) => {
    const content = Buffer.alloc(Math.min(header.size, 1 << 20));
    for (const [piece, offset] of pieces) piece.copy(content, offset);
    return { header, content };
  });
}

const names = (archive: Buffer): string[] => parse(archive).map(({ header }) => header.name);
const refuses = (archive: Buffer, message: RegExp = /archive\/tar/): void => {
  for (const size of [archive.length, 100, 512])
    assert.throws(
      () => parse(archive, Math.max(1, size)),
      (error) => error instanceof MinkeError && error.kind === 'invalid' && message.test(error.message),
    );
};
const one = (archive: Buffer): TarHeader => {
  const [entry] = parse(archive);
  assert.ok(entry);
  return entry.header;
};
const base256 = (value: bigint, width: number): Buffer => {
  const bytes = Buffer.alloc(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let at = width - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
};

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

describe('long names and records', () => {
  const long = 'd/'.repeat(300);

  test('GNU long name and link', () => {
    const header = one(
      Buffer.concat([
        rawLong('L', `${long}n`),
        rawLong('K', `${long}l`),
        rawHeader({ flag: '2', magic: gnuMagic }),
      ]),
    );
    assert.equal(header.name, `${long}n`);
    assert.equal(header.linkname, `${long}l`);
  });

  test('they belong to one entry only', () => {
    assert.deepEqual(names(Buffer.concat([rawLong('L', 'first'), rawFile('x'), rawFile('second')])), [
      'first',
      'second',
    ]);
    assert.deepEqual(
      names(Buffer.concat([rawPax(record('path', 'first')), rawFile('x'), rawFile('second')])),
      ['first', 'second'],
    );
  });

  test('pax records', () => {
    const records = [
      record('path', `${long}ü`),
      record('size', '3'),
      record('uid', '5000000'),
      record('mtime', '-1.25'),
      record('SCHILY.xattr.user.key', 'a=b\nc'),
      record('comment', 'nothing'),
    ].join('');
    const [entry] = parse(Buffer.concat([rawPax(records), rawHeader({}), rawContent('abc')]));
    assert.ok(entry);
    assert.equal(entry.header.name, `${long}ü`);
    assert.equal(entry.header.uid, 5_000_000);
    assert.deepEqual(entry.header.mtime, { seconds: -2, nanoseconds: 750_000_000 });
    assert.deepEqual(entry.header.xattrs, new Map([['user.key', Buffer.from('a=b\nc')]]));
    assert.equal(entry.content.toString(), 'abc');
  });

  test('an empty value takes the record back', () => {
    assert.equal(
      one(Buffer.concat([rawPax(record('path', 'x') + record('path', '')), rawFile('own')])).name,
      'own',
    );
  });

  test('global headers are passed over', () => {
    assert.deepEqual(names(Buffer.concat([rawPax(record('path', 'evil'), { flag: 'g' }), rawFile('own')])), [
      'own',
    ]);
  });

  for (const [what, records] of [
    ['no length', 'path=x\n'],
    ['length too short', '5 path=x\n'],
    ['length beyond the end', '99999999 path=x\n'],
    ['length of zero', '0 path=x\n'],
    ['huge length', '9999999999999999999999 path=x\n'],
    ['no equals sign', '8 path\n\n'],
    ['no newline', '9 path=xy'],
    ['empty key', '5 =x\n\n'],
    ['NUL in a path', record('path', 'a\0b')],
    ['NUL in a link', record('linkpath', 'a\0b')],
    ['NUL in a key', record('pa\0th', 'b')],
    ['negative size', record('size', '-1')],
    ['size as text', record('size', '1e3')],
    ['size beyond 2^53', record('size', '9223372036854775807')],
    ['xattr without a name', record('SCHILY.xattr.', 'x')],
    ['time as text', record('mtime', 'now')],
  ] as const)
    test(`records refused: ${what}`, () => refuses(Buffer.concat([rawPax(records), rawFile('x')])));

  test('records larger than 1 MiB, names longer than a path', () => {
    refuses(rawHeader({ flag: 'x', size: (1 << 20) + 1 }), /too large/);
    refuses(rawHeader({ flag: 'L', size: 1 << 30 }), /too large/);
    refuses(Buffer.concat([rawLong('L', 'n'.repeat(5000)), rawFile('x')]), /name too long/);
    refuses(
      Buffer.concat([rawPax(record('linkpath', 'n'.repeat(5000))), rawHeader({ flag: '2' })]),
      /link name too long/,
    );
  });

  test('records without an entry', () => {
    refuses(Buffer.concat([rawPax(record('path', 'x')), rawEnd]), /without an entry/);
    refuses(rawPax(record('path', 'x')), /unexpected EOF/);
  });
});

describe('sparse files', () => {
  const regions = (pairs: readonly (readonly [number, number])[]): string =>
    pairs
      .map(
        ([offset, length]) =>
          `${offset.toString(8).padStart(11, '0')}\0${length.toString(8).padStart(11, '0')}\0`,
      )
      .join('');
  const content = Buffer.concat([
    Buffer.alloc(4),
    Buffer.from('abc'),
    Buffer.alloc(1),
    Buffer.from('de'),
    Buffer.alloc(2),
  ]);
  const check = (archive: Buffer): void => {
    for (const size of [1, 7, 512, archive.length]) {
      const [entry, next] = parse(archive, size);
      assert.equal(entry?.header.name, 'holes');
      assert.deepEqual(entry?.content, content);
      assert.equal(next?.header.name, 'next');
    }
  };

  test("GNU's old format", () =>
    check(
      Buffer.concat([
        rawHeader({
          name: 'holes',
          flag: 'S',
          magic: gnuMagic,
          size: 5,
          at: [
            [
              386,
              regions([
                [4, 3],
                [8, 2],
              ]),
            ],
            [483, '00000000014\0'],
          ],
        }),
        rawContent('abcde'),
        rawFile('next'),
      ]),
    ));

  test("GNU's old format with a further block", () => {
    const further = Buffer.alloc(512);
    further.write(regions([[8, 2]]));
    check(
      Buffer.concat([
        rawHeader({
          name: 'holes',
          flag: 'S',
          magic: gnuMagic,
          size: 5,
          at: [
            [386, regions([[4, 3]])],
            [482, '\x01'],
            [483, '00000000014\0'],
          ],
        }),
        further,
        rawContent('abcde'),
        rawFile('next'),
      ]),
    );
  });

  test('pax 0.0, 0.1 and 1.0', () => {
    const offset = (at: number, length: number): string =>
      record('GNU.sparse.offset', String(at)) + record('GNU.sparse.numbytes', String(length));
    check(
      Buffer.concat([
        rawPax(record('GNU.sparse.size', '12') + offset(4, 3) + offset(8, 2)),
        rawFile('holes', 'abcde'),
        rawFile('next'),
      ]),
    );
    const name = record('GNU.sparse.name', 'holes');
    check(
      Buffer.concat([
        rawPax(name + record('GNU.sparse.size', '12') + record('GNU.sparse.map', '4,3,8,2')),
        rawFile('GNUSparseFile.0/holes', 'abcde'),
        rawFile('next'),
      ]),
    );
    const map = rawContent('2\n4\n3\n8\n2\n');
    check(
      Buffer.concat([
        rawPax(
          name +
            record('GNU.sparse.major', '1') +
            record('GNU.sparse.minor', '0') +
            record('GNU.sparse.realsize', '12'),
        ),
        rawHeader({ name: 'x', size: map.length + 5 }),
        map,
        rawContent('abcde'),
        rawFile('next'),
      ]),
    );
  });

  test('maps that do not fit are refused', () => {
    const sparse = (map: string, size = '12'): Buffer =>
      Buffer.concat([
        rawPax(record('GNU.sparse.size', size) + record('GNU.sparse.map', map)),
        rawFile('x', 'abcde'),
      ]);
    refuses(sparse('4,3,6,2'), /out of order/);
    refuses(sparse('4,3,8,5'), /beyond the file/);
    refuses(sparse('4,3'), /differ in size/);
    refuses(sparse('4,3,8'), /odd count/);
    refuses(sparse('4,-3,8,8'), /no number/);
    refuses(sparse('0,5', '1'), /beyond the file/);
    const lines = (text: string): Buffer =>
      Buffer.concat([
        rawPax(
          record('GNU.sparse.major', '1') +
            record('GNU.sparse.minor', '0') +
            record('GNU.sparse.realsize', '12'),
        ),
        rawFile('x', text + '\0'.repeat(600)),
      ]);
    refuses(lines('99999999\n'), /too large/);
    refuses(lines('2\n1\n'), /no number/);
    refuses(lines('x'), /no number/);
    refuses(lines(`9\n${'1'.repeat(16)}\n`), /no number/);
    refuses(lines(`60000\n${'0\n'.repeat(1200)}`), /beyond the content|no number/);
    refuses(Buffer.concat([rawHeader({ flag: 'S', size: 5 }), rawContent('abcde')]), /without GNU magic/);
  });

  test('a chain of map blocks without end', () => {
    const further = Buffer.alloc(512);
    further.write(regions(Array.from({ length: 21 }, () => [0, 0] as const)));
    further[504] = 1;
    const head = rawHeader({
      flag: 'S',
      magic: gnuMagic,
      at: [
        [386, regions([[0, 0]])],
        [482, '\x01'],
        [483, '00000000014\0'],
      ],
    });
    refuses(Buffer.concat([head, ...Array.from({ length: 4000 }, () => further)]), /too large/);
  });
});

describe('ends', () => {
  const archive = Buffer.concat([
    rawFile('a', 'content'),
    rawPax(record('path', 'b')),
    rawFile('x', 'more'),
    rawEnd,
  ]);

  test('an empty input and one without an end mark are whole', () => {
    assert.deepEqual(parse(Buffer.alloc(0), 1), []);
    assert.deepEqual(names(archive.subarray(0, archive.length - 1024)), ['a', 'b']);
    assert.deepEqual(names(archive.subarray(0, archive.length - 512)), ['a', 'b']);
  });

  test('every other cut is an error', () => {
    const whole = new Set([0, 1024, archive.length - 1024, archive.length - 512, archive.length]);
    for (let length = 0; length < archive.length; length += 1) {
      if (whole.has(length)) continue;
      assert.throws(() => parse(archive.subarray(0, length)), { kind: 'invalid' }, `cut at ${length}`);
    }
  });

  test('no tar at all', () => {
    refuses(Buffer.from('hello, this is no archive. '.repeat(40)), /invalid tar header|unexpected EOF/);
  });

  test('a trailer is passed over, up to a limit', () => {
    assert.deepEqual(names(Buffer.concat([archive, Buffer.alloc(9000)])), ['a', 'b']);
    const zeros = Buffer.alloc(1 << 20);
    const parser = new TarParser({ entry: () => {}, data: () => {}, entryEnd: () => {} });
    assert.throws(() => {
      for (let i = 0; i < 1000; i++) parser.write(zeros);
    }, /too much data after the end/);
  });
});

describe('any bytes', () => {
  const honest = Buffer.concat([
    rawPax(record('path', 'long/name') + record('SCHILY.xattr.user.a', 'b')),
    rawFile('a', 'content'),
    rawLong('L', 'another'),
    rawHeader({ flag: '5', magic: gnuMagic }),
    rawHeader({
      name: 's',
      flag: 'S',
      magic: gnuMagic,
      size: 2,
      at: [
        [386, '00000000001\0' + '00000000002\0'],
        [483, '00000000014\0'],
      ],
    }),
    rawContent('ab'),
    rawEnd,
  ]);

  test('mutated archives give entries or `invalid`, nothing else', () => {
    const mutation = fc.tuple(fc.nat(honest.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), fc.boolean(), (mutations, mend) => {
        const archive = Buffer.from(honest);
        for (const [at, value] of mutations) archive[at] = value;
        if (mend)
          // Right checksums let the mutation reach the rest of the reader.
          for (const at of [0, 1024, 2048, 3072, 3584]) {
            archive.fill(0x20, at + 148, at + 156);
            let sum = 0;
            for (let i = at; i < at + 512; i++) sum += archive[i] ?? 0;
            archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
          }
        try {
          parse(archive, 700);
        } catch (error) {
          if (!(error instanceof MinkeError) || error.kind !== 'invalid') throw error;
        }
      }),
      { numRuns: 4000 },
    );
  });

  test('pieces of any size give the same', () => {
    const whole = parse(honest);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (size) => {
        assert.deepEqual(parse(honest, size), whole);
      }),
      { numRuns: 100 },
    );
  });
});

describe('readTar', () => {
  async function* inPieces(archive: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
  }
  const archive = Buffer.concat([
    rawFile('a', 'first content'),
    rawPax(record('GNU.sparse.size', '70000') + record('GNU.sparse.map', '1,2,69999,1')),
    rawFile('holes', 'abc'),
    rawFile('c', 'x'.repeat(1500)),
    rawEnd,
  ]);

  for (const size of [1, 500, 100_000])
    test(`bodies read and skipped, pieces of ${size}`, async () => {
      const seen: [string, number][] = [];
      for await (const { header, body } of readTar(inPieces(archive, size))) {
        if (header.name === 'a') continue;
        seen.push([header.name, (await body.bytes(100_000)).length]);
      }
      assert.deepEqual(seen, [
        ['holes', 70_000],
        ['c', 1500],
      ]);
    });

  test('holes are zeros', async () => {
    for await (const { header, body } of readTar(inPieces(archive, 333))) {
      if (header.name !== 'holes') continue;
      const content = await body.bytes(100_000);
      assert.equal(content.toString('latin1').replace(/\0+/g, '.'), '.ab.c');
    }
  });

  test('a body left half way is passed over', async () => {
    const seen: string[] = [];
    for await (const { header, body } of readTar(inPieces(archive, 200))) {
      seen.push(header.name);
      for await (const _ of body.readable()) break;
    }
    assert.deepEqual(seen, ['a', 'holes', 'c']);
  });

  test('a body larger than allowed is refused before it is read', async () => {
    const bomb = rawHeader({ size: '77777777777\0' });
    const entries = readTar(inPieces(bomb, 512));
    const { value } = await entries.next();
    await assert.rejects(value?.body.bytes(1000) ?? Promise.resolve(), { kind: 'invalid' });
  });

  test('leaving early closes the source', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inPieces(archive, 100);
      } finally {
        closed = true;
      }
    }
    for await (const _ of readTar(source())) break;
    assert.equal(closed, true);
  });

  test('a cut archive throws', async () => {
    await assert.rejects(async () => {
      for await (const { body } of readTar(inPieces(archive.subarray(0, 700), 64))) await body.bytes(1000);
    }, /unexpected EOF/);
  });
});
