import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import { applyChanges } from './apply.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const good: readonly [string, string[], object, object?][] = [
  ['shell form', ['CMD echo "a b"'], { Cmd: ['/bin/sh', '-c', 'echo "a b"'] }],
  ['exec form', ['CMD ["nginx","-g","daemon off;"]'], { Cmd: ['nginx', '-g', 'daemon off;'] }],
  ['lower case', ['cmd ["x"]'], { Cmd: ['x'] }],
  ['empty command', ['CMD'], { Cmd: [] }],
  ['broken JSON is shell form', ['CMD [x]'], { Cmd: ['/bin/sh', '-c', '[x]'] }],
  ['entrypoint clears an old command', ['ENTRYPOINT ["/x"]'], { Entrypoint: ['/x'] }, { Cmd: ['old'] }],
  ['entrypoint keeps a new command', ['CMD ["a"]', 'ENTRYPOINT ["/x"]'], { Entrypoint: ['/x'], Cmd: ['a'] }],
  ['several variables', ['ENV A=1 B="two words" C=\'$A\''], { Env: ['A=1', 'B=two words', 'C=$A'] }],
  ['old form of ENV', ['ENV A  one two'], { Env: ['A=one two'] }],
  ['ENV replaces', ['ENV A=2'], { Env: ['A=2', 'B=b'] }, { Env: ['A=1', 'B=b'] }],
  [
    'ENV expands',
    ['ENV B=$A/@{A}x C=@{X:-d} D=@{A:+set}'.replaceAll('@', '$')],
    { Env: ['A=1', 'B=1/1x', 'C=d', 'D=set'] },
    { Env: ['A=1'] },
  ],
  ['escapes', ['ENV A=one\\ two B="a\\"b\\c"'], { Env: ['A=one two', 'B=a"b\\c'] }],
  [
    'ports',
    ['EXPOSE 80 53/UDP 7000-7002'],
    { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '7000/tcp': {}, '7001/tcp': {}, '7002/tcp': {} } },
  ],
  ['labels', ['LABEL a=b "c d"="e f" g='], { Labels: { a: 'b', 'c d': 'e f', g: '' } }],
  [
    'odd label names',
    ['LABEL __proto__=1 constructor=2'],
    JSON.parse('{"Labels":{"__proto__":"1","constructor":"2"}}'),
  ],
  ['volumes', ['VOLUME /a /b', 'VOLUME ["/c d"]'], { Volumes: { '/a': {}, '/b': {}, '/c d': {} } }],
  ['work directory', ['WORKDIR /a/b', 'WORKDIR ../c'], { WorkingDir: '/a/c' }],
  ['user', ['USER 1000:1000'], { User: '1000:1000' }],
  ['signals', ['STOPSIGNAL SIGQUIT'], { StopSignal: 'SIGQUIT' }],
  ['real-time signals', ['STOPSIGNAL RTMIN+3'], { StopSignal: 'RTMIN+3' }],
  ['triggers', ['ONBUILD RUN make'], { OnBuild: ['RUN make'] }],
  [
    'shell',
    ['SHELL ["/bin/bash","-c"]', 'CMD x'],
    { Shell: ['/bin/bash', '-c'], Cmd: ['/bin/bash', '-c', 'x'] },
  ],
  [
    'health',
    ['HEALTHCHECK --interval=5s --timeout=1m30s --retries=3 CMD curl -f localhost'],
    { Healthcheck: { Test: ['CMD-SHELL', 'curl -f localhost'], Interval: 5e9, Timeout: 90e9, Retries: 3 } },
  ],
  ['health, exec form', ['HEALTHCHECK CMD ["a","b"]'], { Healthcheck: { Test: ['CMD', 'a', 'b'] } }],
  ['no health', ['HEALTHCHECK NONE'], { Healthcheck: { Test: ['NONE'] } }],
  ['joined lines and comments', ['ENV A=1 \\\n# why\n  B=2'], { Env: ['A=1', 'B=2'] }],
  ['several in one', ['USER a\nWORKDIR /x'], { User: 'a', WorkingDir: '/x' }],
];

for (const [name, changes, expected, before] of good) {
  test(`changes: ${name}`, () => {
    const given = Object.freeze(before ?? {});
    assert.deepEqual(plain(applyChanges(given, changes)), plain(expected));
  });
}

const bad: readonly [string, RegExp][] = [
  ['RUN x', /^RUN is not a valid change command$/],
  ['run x', /^run is not a valid change command$/],
  ['ENV', /^ENV requires at least one argument$/],
  ['ENV A', /^ENV must have two arguments$/],
  ['ENV A=1 B', /can't find = in "B"/],
  ['ENV =1', /names can not be blank/],
  ['EXPOSE', /requires at least one argument/],
  ['EXPOSE x', /invalid containerPort: x/],
  ['EXPOSE 70000', /invalid containerPort/],
  ['EXPOSE 10-9', /invalid range/],
  ['EXPOSE 1/foo', /invalid proto: foo/],
  ['USER', /requires exactly one argument/],
  ['STOPSIGNAL SIGNOPE', /invalid signal: SIGNOPE/],
  ['ONBUILD ONBUILD RUN x', /Chaining ONBUILD/],
  ['ONBUILD FROM x', /isn't allowed as an ONBUILD trigger/],
  ['HEALTHCHECK', /requires at least one argument/],
  ['HEALTHCHECK CMD', /Missing command/],
  ['HEALTHCHECK RUN x', /Unknown type "RUN"/],
  ['HEALTHCHECK --interval=5 CMD x', /invalid duration/],
  ['HEALTHCHECK --interval=1us CMD x', /cannot be less than 1ms/],
  ['HEALTHCHECK --retries=-1 CMD x', /cannot be negative/],
  ['HEALTHCHECK --nope=1 CMD x', /unknown flag: --nope/],
  ['CMD --flag x', /unknown flag: --flag/],
  ['CMD [1]', /strings only/],
  ['VOLUME', /at least one argument/],
  ['VOLUME [""]', /empty string/],
  ['SHELL x', /JSON form/],
  ['LABEL a="b', /double-quote/],
  ['LABEL a=${b', /bad substitution/],
];

for (const [change, message] of bad) {
  test(`changes refused: ${change}`, () => {
    assert.throws(
      () => applyChanges({}, [change]),
      (error) => isKind(error, 'invalid') && message.test(error.message),
    );
  });
}
