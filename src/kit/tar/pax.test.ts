import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { names, one, parse, refuses } from './parse.fixture.ts';
import {
  gnuMagic,
  rawContent,
  rawEnd,
  rawFile,
  rawHeader,
  rawLong,
  rawPax,
  record,
} from './raw-tar.fixture.ts';

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
