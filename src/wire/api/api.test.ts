import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinkeError } from '../../errors/minke-error.ts';
import { encodeEvent } from './event-message.ts';
import { flag, integer, readFields, strictFlag, terminalSize, text, texts, timestamp } from './fields.ts';
import { parseFilters } from './filters.ts';
import { acceptedExactly, json, jsonLines, jsonSequence } from './media-types.ts';
import { parsePlatformJson } from './platform.ts';
import { parseQuery } from './query.ts';
import { judgeVersion } from './versions.ts';

const message = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof MinkeError && error.kind === 'invalid', String(error));
    return error.message;
  }
  return '';
};

test('versions inside the window are served, others told which way they are out', () => {
  assert.deepEqual(judgeVersion('1.24'), { verdict: 'served', version: 24 });
  assert.deepEqual(judgeVersion('1.51'), { verdict: 'served', version: 51 });
  for (const [version, verdict] of [
    ['1.23', 'too-old'],
    ['1', 'too-old'],
    ['0.99', 'too-old'],
    ['1.52', 'too-new'],
    ['1.51.1', 'too-new'],
    ['2.0', 'too-new'],
    ['1.99', 'too-new'],
  ] as const)
    assert.equal(judgeVersion(version).verdict, verdict, version);
  const tooNew = judgeVersion('1.99');
  assert.equal(
    'message' in tooNew && tooNew.message,
    'client version 1.99 is too new. Maximum supported API version is 1.51',
  );
  const tooOld = judgeVersion('1.10');
  assert.equal(
    'message' in tooOld && tooOld.message,
    'client version 1.10 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
  );
});

test('queries as Go reads them', () => {
  const query = parseQuery('a=1&a=2&b&c=x+y%20z&&d%5B=%26&=e&__proto__=p');
  assert.deepEqual(
    [...query],
    [
      ['a', ['1', '2']],
      ['b', ['']],
      ['c', ['x y z']],
      ['d[', ['&']],
      ['', ['e']],
      ['__proto__', ['p']],
    ],
  );
  assert.equal(
    message(() => parseQuery('a=%zz')),
    'invalid URL escape "%zz"',
  );
  assert.equal(
    message(() => parseQuery('a=%')),
    'invalid URL escape "%"',
  );
  assert.equal(
    message(() => parseQuery('a=1;b=2')),
    'invalid semicolon separator in query',
  );
  assert.match(
    message(() => parseQuery('a=%ff')),
    /UTF-8/,
  );
});

test('a query is read back as it was written, and nothing else throws', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })));
  fc.assert(
    fc.property(pairs, (given) => {
      const read = parseQuery(new URLSearchParams(given).toString());
      const expected = new Map<string, string[]>();
      for (const [name, value] of given) expected.set(name, [...(expected.get(name) ?? []), value]);
      assert.deepEqual(new Map(read), expected);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => void message(() => parseQuery(raw))));
});

test("flags are Docker's: anything but a few words is true", () => {
  const read = (query: string, absent = false) => readFields({ f: flag(absent) }, parseQuery(query)).f;
  for (const word of ['f=1', 'f=true', 'f=True', 'f=t', 'f=yes', 'f=2', 'f=x'])
    assert.equal(read(word), true, word);
  for (const word of ['', 'f', 'f=', 'f=0', 'f=false', 'f=FALSE', 'f=no', 'f=None', 'f=+0+'])
    assert.equal(read(word), false, word);
  assert.equal(read('', true), true);
  assert.equal(read('f=0', true), false);
});

test('fields', () => {
  const fields = { s: text, l: texts, n: integer, t: timestamp, b: strictFlag };
  assert.deepEqual(readFields(fields, parseQuery('s=a&s=b&l=1&l=2&n=-5&t=1.5&b=T')), {
    s: 'a',
    l: ['1', '2'],
    n: -5,
    t: 1_500_000_000n,
    b: true,
  });
  assert.deepEqual(readFields(fields, parseQuery('')), {
    s: '',
    l: [],
    n: undefined,
    t: undefined,
    b: false,
  });
  for (const bad of ['n=x', 'n=1.5', 'n=99999999999999999', 't=now', 't=1.', 't=1e3', 'b=yes'])
    assert.notEqual(
      message(() => readFields(fields, parseQuery(bad))),
      '',
      bad,
    );
  const size = { h: terminalSize('height') };
  assert.equal(readFields(size, parseQuery('h=40')).h, 40);
  assert.equal(
    message(() => readFields(size, parseQuery(''))),
    'invalid resize height "": invalid syntax',
  );
  assert.equal(
    message(() => readFields(size, parseQuery('h=-1'))),
    'invalid resize height "-1": value out of range',
  );
  assert.equal(
    message(() => readFields(size, parseQuery('h=4294967296'))),
    'invalid resize height "4294967296": value out of range',
  );
});

test('timestamps keep their nanoseconds', () => {
  const read = (value: string) => readFields({ t: timestamp }, parseQuery(`t=${value}`)).t;
  assert.equal(read('1700000000'), 1_700_000_000_000_000_000n);
  assert.equal(read('1700000000.000000001'), 1_700_000_000_000_000_001n);
  assert.equal(read('1700000000.1234567891'), 1_700_000_000_123_456_789n);
});

test('filters in both spellings; keys that JavaScript treats specially stay', () => {
  assert.deepEqual(
    [...parseFilters('{"status":{"running":true,"exited":false}}')],
    [['status', ['running']]],
  );
  assert.deepEqual([...parseFilters('{"status":["running","running"]}')], [['status', ['running']]]);
  assert.deepEqual(
    [...parseFilters('{"label":{"constructor":true,"__proto__":true},"__proto__":["x"]}')],
    [
      ['label', ['constructor', '__proto__']],
      ['__proto__', ['x']],
    ],
  );
  assert.equal(parseFilters('').size, 0);
  assert.equal(parseFilters('null').size, 0);
  for (const bad of ['x', '[]', '1', '{"a":1}', '{"a":{"b":1}}', '{"a":[1]}', '{"a":null}', '{"a":"b"}'])
    assert.equal(
      message(() => parseFilters(bad)),
      'invalid filter',
      bad,
    );
});

test('platforms', () => {
  assert.deepEqual(parsePlatformJson('{"os":"linux","architecture":"arm","variant":"v7"}'), {
    os: 'linux',
    architecture: 'arm',
    variant: 'v7',
  });
  assert.equal(
    message(() => parsePlatformJson('{"os":"linux"}')),
    'both OS and Architecture must be provided',
  );
  assert.equal(
    message(() => parsePlatformJson('{"variant":"v7"}')),
    'optional platform fields provided, but OS and Architecture are missing',
  );
  assert.match(
    message(() => parsePlatformJson('linux/amd64')),
    /^failed to parse platform/,
  );
});

test('Accept is matched word for word, by weight, then by the order of the offers', () => {
  const offers = [json, jsonLines, jsonSequence] as const;
  assert.equal(acceptedExactly(undefined, offers), undefined);
  assert.equal(acceptedExactly('*/*', offers), undefined);
  assert.equal(acceptedExactly('application/json-seq', offers), jsonSequence);
  assert.equal(acceptedExactly('application/jsonl;q=0.5, application/json-seq;q=0.9', offers), jsonSequence);
  assert.equal(acceptedExactly('application/jsonl, application/json', offers), json);
  assert.equal(acceptedExactly('application/json;q=0', offers), undefined);
});

test('an event keeps every digit of its time', () => {
  const event = {
    Type: 'container',
    Action: 'start',
    Actor: { ID: 'c', Attributes: { image: 'busybox', name: 'n' } },
    scope: 'local',
    time: 1_700_000_000,
    timeNano: 1_700_000_000_123_456_789n,
  };
  const text = encodeEvent(event);
  assert.ok(text.endsWith('"time":1700000000,"timeNano":1700000000123456789}'), text);
  assert.ok(text.startsWith('{"status":"start","id":"c","from":"busybox","Type":"container"'), text);
  assert.ok(encodeEvent({ ...event, Type: 'network' }).startsWith('{"Type":"network"'));
});
