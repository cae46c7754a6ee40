import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse, refuses } from './parse.fixture.ts';
import { gnuMagic, rawContent, rawFile, rawHeader, rawPax, record } from './raw-tar.fixture.ts';

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
