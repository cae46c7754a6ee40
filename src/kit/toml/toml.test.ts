import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKind } from '../../errors/minke-error.ts';
import { parseToml, type TomlValue } from './toml.ts';

const plain = (value: TomlValue): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
    : Array.isArray(value)
      ? value.map(plain)
      : value;

test('tables, keys and values', () => {
  const text = `
# of a registry
server = "https://a.example.org" # behind
[host."https://mirror.example.org"]
  capabilities = ["pull", 'resolve',
    # in between
    "push",
  ]
  skip_verify = true
  a.b = 1_000
  [host."https://mirror.example.org".header]
    x = ["tab\\there", "\\u00e9"]
`;
  assert.deepEqual(plain(parseToml(text)), {
    server: 'https://a.example.org',
    host: {
      'https://mirror.example.org': {
        capabilities: ['pull', 'resolve', 'push'],
        skip_verify: true,
        a: { b: 1000 },
        header: { x: ['tab\there', 'é'] },
      },
    },
  });
  assert.deepEqual(plain(parseToml('')), {});
  assert.deepEqual(plain(parseToml('a = -7\r\nb = []')), { a: -7, b: [] });
});

test('what is refused is named with its line', () => {
  for (const [text, message] of [
    ['a', /line 1: "=" expected/],
    ['\na = ', /line 2: a string/],
    ['a = 1.5', /line 1/],
    ['a = 1 b', /end of the line/],
    ['a = """x"""', /several lines/],
    ['[[a]]', /arrays of tables/],
    ['[a]\n[a]', /line 2: a table that was there before/],
    ['a = 1\na = 2', /line 2: a second "a"/],
    ['a = 1\n[a.b]', /"a" is no table/],
    ['a = "\\x"', /escape/],
    ['a = "\\ud800"', /escape/],
    ['a = {b = 1}', /line 1/],
    [`a = ${'['.repeat(100)}`, /too deep/],
    ['a = [1', /"]" expected/],
    ['a = "x', /line 1/],
  ] as const)
    assert.throws(
      () => parseToml(text),
      (error) => isKind(error, 'invalid') && message.test(error.message),
      text,
    );
});

test('any text is read or refused', () => {
  const words = fc.constantFrom(
    'a',
    '=',
    '"',
    "'",
    '[',
    ']',
    '.',
    '\n',
    '#',
    '1',
    ',',
    'true',
    '\\',
    ' ',
    '{',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((list) => list.join('')),
      ),
      (text) => {
        try {
          parseToml(text);
        } catch (error) {
          assert.ok(isKind(error, 'invalid'), String(error));
        }
      },
    ),
  );
  assert.equal(parseToml('__proto__ = 1').get('__proto__'), 1);
});
