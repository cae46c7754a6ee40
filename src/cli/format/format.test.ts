import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHumanSize, ramInBytes } from '../../kit/size/parse-size.ts';
import { ellipsis } from './ellipsis.ts';
import { formatDuration, parseDuration } from './go-duration.ts';
import { goQuote } from './go-quote.ts';
import { shortId } from './identity.ts';
import { displayPorts } from './ports.ts';
import { align } from './tabwriter.ts';
import { goTimeOf } from './time.ts';
import { toTimestamp } from './timestamp.ts';
import { bytesSize, general, humanSize } from './units.ts';

test('sizes by 1024 and by 1000', () => {
  assert.equal(bytesSize(0), '0B');
  assert.equal(bytesSize(1023), '1023B');
  assert.equal(bytesSize(1024), '1KiB');
  assert.equal(bytesSize(25_275_000_000), '23.54GiB');
  assert.equal(bytesSize(2 ** 63), '8EiB');
  assert.equal(humanSize(1_984_162), '1.984MB');
  assert.equal(humanSize(1_093_484), '1.093MB');
});

test('numbers to so many digits', () => {
  for (const [value, precision, shown] of [
    [1.5, 4, '1.5'],
    [999.96, 4, '1000'],
    [999.96, 3, '1e+03'],
    [100, 3, '100'],
    [0.012, 3, '0.012'],
  ] as const)
    assert.equal(general(value, precision), shown);
});

test('sizes are read', () => {
  for (const [text, bytes] of [
    ['0', 0],
    ['32', 32],
    ['32b', 32],
    ['32 B', 32],
    ['32k', 32_768],
    ['32Kb', 32_768],
    ['32KiB', 32_768],
    ['32.5kB', 33_280],
    ['.5m', 524_288],
    ['1G', 1 << 30],
    ['1tib', 2 ** 40],
  ] as const)
    assert.equal(ramInBytes(text), bytes, text);
  assert.equal(fromHumanSize('10MB'), 10_000_000);
  for (const text of ['', 'x', '-5', '5x', '5kkb', '5 kb x', '1,5m'])
    assert.throws(() => ramInBytes(text), Error, text);
});

test('durations', () => {
  for (const text of ['0s', '1ns', '1.5µs', '100ms', '1s', '1.5s', '1m0s', '1h0m0.001s', '-2m3.5s'])
    assert.equal(formatDuration(parseDuration(text)), text);
  assert.equal(parseDuration('1h30m'), 5400e9);
  assert.equal(parseDuration('0'), 0);
});

test('columns belong to neighbouring lines', () => {
  const source = 'A\tB\tC\nlong cell here\tx\ty\n\nz\tw\tv\n';
  assert.equal(
    align(source),
    'A                B         C\nlong cell here   x         y\n\nz         w         v\n',
  );
  assert.equal(align('é\tx\nab\ty\n'), 'é         x\nab        y\n');
  assert.equal(align('a\tb\nc\n'), 'a         b\nc\n');
});

test('text is cut by columns of the terminal', () => {
  assert.equal(ellipsis('short', 20), 'short');
  assert.equal(ellipsis("sh -c 'while true; do sleep 1'", 20), "sh -c 'while true; …");
  assert.equal(ellipsis('日本語テキスト', 7), '日本語…');
  assert.equal(ellipsis('abc', 1), 'a');
});

test('commands are quoted as Go does it', () => {
  assert.equal(goQuote('sh -c "x"\n\x1b[31m\u200b✓'), '"sh -c \\"x\\"\\n\\x1b[31m\\u200b✓"');
});

test('ids are shortened without their algorithm', () => {
  assert.equal(shortId('sha256:0123456789abcdef'), '0123456789ab');
  assert.equal(shortId('0123456789abcdef'), '0123456789ab');
});

test('ports are joined where they follow each other', () => {
  const port = (PrivatePort: number, PublicPort = 0, IP = '', Type = 'tcp') => ({
    PrivatePort,
    PublicPort,
    IP,
    Type,
  });
  assert.equal(displayPorts([port(80), port(82), port(81)]), '80-82/tcp');
  assert.equal(displayPorts([port(80), port(82)]), '80/tcp, 82/tcp');
  assert.equal(
    displayPorts([port(80, 8080, '0.0.0.0'), port(90, 90, '::')]),
    '[::]:90->90/tcp, 0.0.0.0:8080->80/tcp',
  );
  assert.equal(displayPorts([port(9, 9, '1.2.3.4'), port(10, 10, '1.2.3.4')]), '1.2.3.4:9-10->9-10/tcp');
});

test('times of the API as Go prints them', () => {
  assert.equal(goTimeOf('2026-11-23T21:41:52.520324751Z'), '2026-11-23 21:41:52.520324751 +0000 UTC');
  assert.equal(goTimeOf('2026-11-23T21:41:52.500000000Z'), '2026-11-23 21:41:52.5 +0000 UTC');
  assert.equal(goTimeOf('2026-11-23T21:41:52+02:00'), '2026-11-23 21:41:52 +0200 +0200');
});

test('points in time for the API', () => {
  assert.equal(toTimestamp(''), '');
  assert.equal(toTimestamp('1700000000'), '1700000000.000000000');
  assert.equal(toTimestamp('2023-11-14T22:13:20Z'), '1700000000.000000000');
  assert.equal(toTimestamp('10m', 1_700_000_600_000), '1700000000.000000000');
  assert.throws(() => toTimestamp('zzz'), /failed to parse value as time or duration: "zzz"/);
});
