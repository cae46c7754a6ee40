import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObject, object } from '../../client/json.ts';
import { parseFlags } from '../flags/parse.ts';
import { type CreateValues, createBody } from '../run/body.ts';
import { createFlags } from '../run/flags.ts';
import { runArguments } from './arguments.ts';
import { shellWord } from './quote.ts';

function bodyOf(args: readonly string[]) {
  const parsed = parseFlags(args, createFlags, { interspersed: false });
  return createBody({
    flags: parsed.values as CreateValues,
    changed: parsed.changed,
    image: parsed.args[0] ?? '',
    command: parsed.args.slice(1),
    env: {},
    directory: '/',
    proxies: {},
  });
}

/** A container as the daemon would show it, made of the request. */
function inspected(body: ReturnType<typeof bodyOf>) {
  const { HostConfig, NetworkingConfig, ...config } = JSON.parse(JSON.stringify(body));
  return object({
    Id: 'f'.repeat(64),
    Name: '/own',
    Config: { ...config, Hostname: config.Hostname || 'f'.repeat(12) },
    HostConfig: {
      ...HostConfig,
      LogConfig: { Type: 'json-file', Config: {} },
      ShmSize: HostConfig.ShmSize || 67_108_864,
    },
    NetworkSettings: { Networks: NetworkingConfig.EndpointsConfig },
  });
}

const lines: readonly (readonly string[])[] = [
  ['busybox'],
  ['-it', '--entrypoint', 'sh', 'busybox', '-c', 'a b'],
  ['-e', 'A=x y', '-e', 'B=', '-l', 'k=v', '-w', '/x', '-u', '1:2', '-h', 'host', 'busybox', 'cmd'],
  ['-p', '8080:80', '-p', '127.0.0.1::53/udp', '-p', '[::1]:9:9', '-P', '--expose', '99', 'busybox'],
  [
    '-v',
    '/a:/b:ro',
    '-v',
    '/anon',
    '--tmpfs',
    '/t:size=1m',
    '--mount',
    'type=bind,source=/a,target=/c,readonly',
    'busybox',
  ],
  ['--mount', 'type=volume,source=v,target=/v,"volume-opt=o=a,b"', 'busybox'],
  [
    '-m',
    '512m',
    '--memory-reservation',
    '100m',
    '--cpus',
    '1.5',
    '-c',
    '5',
    '--pids-limit',
    '9',
    '--shm-size',
    '1g',
    'busybox',
  ],
  [
    '--ulimit',
    'nofile=1:2',
    '--ulimit',
    'core=0',
    '--sysctl',
    'net.x=1',
    '--cap-add',
    'NET_ADMIN',
    '--privileged',
    'busybox',
  ],
  ['--device', '/dev/a:/dev/b:r', '--device', '/dev/c', '--gpus', 'all', 'busybox'],
  ['--health-cmd', 'true', '--health-interval', '1m30s', '--health-retries', '2', 'busybox'],
  [
    '--no-healthcheck',
    '--restart',
    'on-failure:3',
    '--init',
    '--stop-signal',
    'INT',
    '--stop-timeout',
    '3',
    'busybox',
  ],
  ['--network', 'name=n,alias=a,ip=10.0.0.2,driver-opt=k=v', 'busybox'],
  ['--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host', 'busybox'],
  [
    '--rm',
    '--read-only',
    '--security-opt',
    'no-new-privileges',
    '--security-opt',
    'systempaths=unconfined',
    'busybox',
  ],
  [
    '--add-host',
    'a:1.2.3.4',
    '--dns',
    '1.1.1.1',
    '--dns-search',
    'x.y',
    '--dns-option',
    'ndots:1',
    'busybox',
  ],
];

/** What the name and the host's own name make of it does not count. */
function comparable(body: ReturnType<typeof bodyOf>): unknown {
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) =>
    isObject(value as never)
      ? Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

for (const line of lines)
  test(`explains ${line.join(' ')}`, () => {
    const body = bodyOf(line);
    const argv = runArguments(inspected(body), {}, 'private').flat();
    const again = bodyOf(argv);
    assert.deepEqual(comparable(again), comparable(body), argv.join(' '));
  });

test('what the image brings along is left out', () => {
  const image = {
    Config: {
      Env: ['PATH=/bin'],
      Cmd: ['sh'],
      WorkingDir: '/w',
      Labels: { a: 'b' },
      Volumes: { '/v': {} },
      ExposedPorts: { '80/tcp': {} },
    },
  };
  const body = bodyOf([
    '-e',
    'PATH=/bin',
    '-w',
    '/w',
    '-l',
    'a=b',
    '-v',
    '/v',
    '--expose',
    '80',
    'busybox',
    'sh',
  ]);
  assert.deepEqual(runArguments(inspected(body), image, 'private'), [['--name', 'own'], ['busybox']]);
});

test('words are quoted for a shell', () => {
  assert.deepEqual(['a b', "it's", 'plain-1=2', ''].map(shellWord), [
    "'a b'",
    "'it'\\''s'",
    'plain-1=2',
    "''",
  ]);
});
