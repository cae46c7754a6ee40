import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../../errors/minke-error.ts';
import { names, parse, refuses } from './parse.fixture.ts';
import { TarParser } from './parser.ts';
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
import { readTar } from './read-tar.ts';

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
