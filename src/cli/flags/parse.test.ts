import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bool, float, int, string, uint16 } from './basic-kinds.ts';
import { flag } from './kind.ts';
import { filter, list, map, pairs, slice, splitCsv } from './list-kinds.ts';
import { FlagError, HelpWanted, parseFlags } from './parse.ts';
import { bytes, bytesOrUnlimited, cpus, duration } from './size-kinds.ts';

const flags = {
  all: flag(bool, '', { short: 'a' }),
  interactive: flag(bool, '', { short: 'i' }),
  tty: flag(bool, '', { short: 't' }),
  on: flag(bool, '', { default: true }),
  name: flag(string, '', { short: 'n' }),
  publish: flag(list, '', { short: 'p' }),
  number: flag(int, '', { default: 7 }),
  short: flag(uint16, ''),
  real: flag(float, ''),
  slice: flag(slice, '', { default: ['x'] }),
  map: flag(map, ''),
  pairs: flag(pairs, ''),
  filter: flag(filter, '', { short: 'f' }),
  memory: flag(bytes, '', { short: 'm' }),
  swap: flag(bytesOrUnlimited, ''),
  time: flag(duration, ''),
  cpus: flag(cpus, ''),
  other: flag(list, '', { aliasFor: 'publish' }),
  old: flag(bool, '', { deprecated: 'use --all' }),
} as const;

const parse = (argv: readonly string[], interspersed = true) => parseFlags(argv, flags, { interspersed });

test('values by long and short names', () => {
  const { values, args, changed } = parse([
    '--name',
    'x',
    '-p80:80',
    '-p',
    '81',
    '--other=82',
    '--number=-3',
    'arg',
  ]);
  assert.equal(values.name, 'x');
  assert.deepEqual(values.publish, ['80:80', '81', '82']);
  assert.equal(values.number, -3);
  assert.deepEqual(args, ['arg']);
  assert.deepEqual([...changed], ['name', 'publish', 'number']);
});

test('joined short flags, the last one with a value', () => {
  const { values, args } = parse(['-itn', 'x', '-an=y', 'z']);
  assert.deepEqual([values.interactive, values.tty, values.all, values.name], [true, true, true, 'y']);
  assert.deepEqual(args, ['z']);
});

test('booleans take a value only after an equals sign', () => {
  assert.equal(parse(['--on=false']).values.on, false);
  assert.equal(parse(['-a=F']).values.all, false);
  const { values, args } = parse(['--all', 'false']);
  assert.equal(values.all, true);
  assert.deepEqual(args, ['false']);
});

test('flags between arguments, and two dashes as their end', () => {
  assert.deepEqual(parse(['a', '-i', 'b', '--', '-t', '--x']).args, ['a', 'b', '-t', '--x']);
  assert.deepEqual(parse(['a', '-']).args, ['a', '-']);
});

test('the first argument ends the flags where they may not be mixed', () => {
  const { values, args } = parse(['-i', 'image', '-t', '--', 'x'], false);
  assert.equal(values.tty, false);
  assert.deepEqual(args, ['image', '-t', '--', 'x']);
  assert.deepEqual(parse(['--', '-x', '-t'], false).args, ['-x', '-t']);
});

test('lists, maps and filters', () => {
  const { values } = parse([
    '--slice',
    'a,"b,c"',
    '--slice=d',
    '--map',
    'k=v',
    '--map',
    'e',
    '--pairs',
    'a=1,b=2',
  ]);
  assert.deepEqual(values.slice, ['a', 'b,c', 'd']);
  assert.deepEqual(
    values.map,
    new Map([
      ['k', 'v'],
      ['e', ''],
    ]),
  );
  assert.deepEqual(
    values.pairs,
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  );
  const filtered = parse(['-f', 'Label=a=b', '-f', 'label = c', '-f', '']).values.filter;
  assert.deepEqual(filtered, new Map([['label', ['a=b', 'c']]]));
});

test('sizes, durations and CPUs', () => {
  const { values } = parse(['-m', '1.5GiB', '--swap=-1', '--time', '1m30.5s', '--cpus', '.5']);
  assert.deepEqual(
    [values.memory, values.swap, values.time, values.cpus],
    [1_610_612_736, -1, 90_500_000_000, 5e8],
  );
});

const mistakes: readonly (readonly [argv: readonly string[], message: string])[] = [
  [['--nope'], 'unknown flag: --nope'],
  [['--nope=1'], 'unknown flag: --nope'],
  [['--constructor'], 'unknown flag: --constructor'],
  [['-x'], "unknown shorthand flag: 'x' in -x"],
  [['-ixt'], "unknown shorthand flag: 'x' in -xt"],
  [['--name'], 'flag needs an argument: --name'],
  [['-in'], "flag needs an argument: 'n' in -n"],
  [['--=x'], 'bad flag syntax: --=x'],
  [['---x'], 'bad flag syntax: ---x'],
  [['--all=x'], 'invalid argument "x" for "-a, --all" flag: strconv.ParseBool: parsing "x": invalid syntax'],
  [
    ['--number', '1x'],
    'invalid argument "1x" for "--number" flag: strconv.ParseInt: parsing "1x": invalid syntax',
  ],
  [
    ['--short=70000'],
    'invalid argument "70000" for "--short" flag: strconv.ParseUint: parsing "70000": value out of range',
  ],
  [
    ['--short=-1'],
    'invalid argument "-1" for "--short" flag: strconv.ParseUint: parsing "-1": invalid syntax',
  ],
  [
    ['--real', 'x'],
    'invalid argument "x" for "--real" flag: strconv.ParseFloat: parsing "x": invalid syntax',
  ],
  [['-m', '1x'], 'invalid argument "1x" for "-m, --memory" flag: invalid suffix: \'x\''],
  [['-m', 'x'], 'invalid argument "x" for "-m, --memory" flag: invalid size: \'x\''],
  [['--time', '5'], 'invalid argument "5" for "--time" flag: time: missing unit in duration "5"'],
  [['--time', '5y'], 'invalid argument "5y" for "--time" flag: time: unknown unit "y" in duration "5y"'],
  [['--time', 'x'], 'invalid argument "x" for "--time" flag: time: invalid duration "x"'],
  [
    ['--cpus', '1.2.3'],
    'invalid argument "1.2.3" for "--cpus" flag: failed to parse 1.2.3 as a rational number',
  ],
  [['--cpus', '0.0000000001'], 'invalid argument "0.0000000001" for "--cpus" flag: value is too precise'],
  [['--pairs', 'a'], 'invalid argument "a" for "--pairs" flag: a must be formatted as key=value'],
  [['-f', 'x'], 'invalid argument "x" for "-f, --filter" flag: bad format of filter (expected name=value)'],
];

for (const [argv, message] of mistakes)
  test(`mistake: ${argv.join(' ')}`, () => {
    assert.throws(
      () => parse(argv),
      (error) => error instanceof FlagError && error.message === message,
    );
  });

test('help is asked for', () => {
  for (const argv of [['--help'], ['-h'], ['x', '-ih']]) assert.throws(() => parse(argv), HelpWanted);
});

test('deprecated flags say what to use', () => {
  assert.deepEqual(parse(['--old']).warnings, ['Flag --old has been deprecated, use --all']);
});

test('comma separated values with quotes', () => {
  assert.deepEqual(splitCsv('a,"b ""c"", d",,e'), ['a', 'b "c", d', '', 'e']);
  assert.deepEqual(splitCsv('a,'), ['a', '']);
  assert.deepEqual(splitCsv('"x"'), ['x']);
  assert.throws(() => splitCsv('a"b'), /bare " in non-quoted/);
  assert.throws(() => splitCsv('"a'), /quoted-field/);
});

test('help can be asked for and declined', () => {
  assert.throws(() => parse(['--help']), HelpWanted);
  assert.throws(() => parse(['--help=1']), HelpWanted);
  assert.deepEqual(parse(['--help=false', 'x']).args, ['x']);
  assert.throws(
    () => parse(['--help=x']),
    new FlagError('invalid argument "x" for "--help" flag: strconv.ParseBool: parsing "x": invalid syntax'),
  );
});
