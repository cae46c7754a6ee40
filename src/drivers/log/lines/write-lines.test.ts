import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonFileFormat } from '../json-file/format.ts';
import { LocalFormat } from '../local/format.ts';
import { type LineState, noLine } from './line-state.ts';
import { Output } from './output.ts';
import { writeLines, writeRest } from './write-lines.ts';

const time = 1_795_472_302_789_123_000n;
const format = new JsonFileFormat({});

function log(chunks: readonly Buffer[], room = Number.POSITIVE_INFINITY): string[] {
  const out = new Output();
  let state: LineState = noLine;
  for (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      const written = writeLines(format, out, {
        stream: 'stdout',
        state,
        chunk: chunk.subarray(at),
        time,
        room,
      });
      at += written.consumed;
      state = written.state;
    }
  }
  writeRest(format, out, 'stdout', state, time);
  return out.view().toString().split('\n').slice(0, -1);
}

const texts = (lines: readonly string[]): string[] =>
  lines.map((line) => {
    const entry: unknown = JSON.parse(line);
    assert.ok(typeof entry === 'object' && entry !== null && 'log' in entry && typeof entry.log === 'string');
    return entry.log;
  });

test('the bytes are those of json-file', () => {
  assert.deepEqual(
    log([Buffer.from('a<&>"\\\t\r\u2028é\nb\xff\n', 'utf8'), Buffer.from([0xff, 0xe2, 0x80, 10])]),
    [
      '{"log":"a\\u003c\\u0026\\u003e\\"\\\\\\u0009\\r\\u2028é\\n","stream":"stdout","time":"2026-11-23T22:18:22.789123Z"}',
      '{"log":"bÿ\\n","stream":"stdout","time":"2026-11-23T22:18:22.789123001Z"}',
      '{"log":"\\ufffd\\ufffd\\ufffd\\n","stream":"stdout","time":"2026-11-23T22:18:22.789123Z"}',
    ],
  );
  const out = new Output(1);
  const attrs = new JsonFileFormat({ b: '<', a: '1' });
  writeLines(attrs, out, { stream: 'stderr', state: noLine, chunk: Buffer.from('\n'), time: 5n, room: 1 });
  assert.equal(
    out.view().toString(),
    '{"log":"\\n","stream":"stderr","attrs":{"a":"1","b":"\\u003c"},"time":"1970-01-01T00:00:00.000000005Z"}\n',
  );
});

test('a line is cut after 16 KiB; its pieces bear one time, only the last a newline', () => {
  const long = 'x'.repeat(40_000);
  const lines = log([Buffer.from(`${long}\nend`)]);
  assert.deepEqual(
    texts(lines).map((text) => [text.length, text.endsWith('\n')]),
    [
      [16384, false],
      [16384, false],
      [40_000 - 32768 + 1, true],
      [3, false],
    ],
  );
  assert.equal(new Set(lines.slice(0, 3).map((line) => line.slice(-40))).size, 1);
  assert.deepEqual(
    texts(log([Buffer.from(`${'y'.repeat(16384)}\n`)])).map((text) => text.length),
    [16384, 1],
  );
});

test('neither chunks nor room change the text, and the pieces are the same', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constant('\n'),
    fc.integer({ min: 1, max: 40_000 }).map((n) => 'z'.repeat(n)),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.integer({ min: 1, max: 50_000 }),
      fc.nat(500),
      (parts, size, room) => {
        const whole = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
        const once = texts(log([whole]));
        assert.deepEqual(texts(log(chunks, room)), once);
        assert.equal(once.join(''), whole.toString());
      },
    ),
    { numRuns: 200 },
  );
});

test('local entries carry their length at both ends', () => {
  const out = new Output(1);
  const local = new LocalFormat({ k: 'v' });
  writeLines(local, out, {
    stream: 'stdout',
    state: noLine,
    chunk: Buffer.from('hi\n'),
    time: 300n,
    room: 1,
  });
  assert.equal(
    out.view().toString('hex'),
    `00000017${'0a067374646f7574'}${'10ac02'}${'1a026869'}${'3206'}${'0a016b'}${'120176'}00000017`,
  );
});
