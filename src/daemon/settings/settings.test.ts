import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usage } from './help.ts';
import { parseBytes } from './kinds.ts';
import { loadSettings } from './settings.ts';
import { settingNames, settingsTable } from './table.ts';

const load = (argv: string[], file: string | null = null) => loadSettings(argv, () => file).settings;

test('flags in every form', () => {
  const settings = load([
    '-D',
    '-H',
    'unix:///a',
    '-Htcp://127.0.0.1:1',
    '--host=unix:///b',
    '--data-root',
    '/d',
    '-l=warn',
    '--iptables=false',
    '--add-runtime',
    'x=/bin/x',
  ]);
  assert.equal(settings.debug, true);
  assert.deepEqual(settings.hosts, ['unix:///a', 'tcp://127.0.0.1:1', 'unix:///b']);
  assert.equal(settings.dataRoot, '/d');
  assert.equal(settings.logLevel, 'warn');
  assert.equal(settings.iptables, false);
  assert.deepEqual(settings.addRuntime.get('x'), { path: '/bin/x', args: [] });
});

test('the file has the same settings by its own keys', () => {
  const settings = load(
    [],
    JSON.stringify({
      debug: true,
      hosts: ['unix:///a'],
      labels: ['a=b'],
      'log-opts': { 'max-size': '1m' },
      'default-shm-size': '128M',
      'live-restore': true,
      runtimes: { kata: { path: '/bin/kata', runtimeArgs: ['-v'] } },
      'default-address-pools': [{ base: '10.10.0.0/16', size: 24 }],
      'default-ulimits': { nofile: { Name: 'nofile', Hard: 64000, Soft: 64000 } },
      'default-network-opts': { bridge: { 'com.docker.network.driver.mtu': '1234' } },
    }),
  );
  assert.equal(settings.defaultShmSize, 128 * 2 ** 20);
  assert.equal(settings.logOpts.get('max-size'), '1m');
  assert.deepEqual(settings.addRuntime.get('kata'), { path: '/bin/kata', args: ['-v'] });
  assert.deepEqual(settings.defaultAddressPools, [{ base: '10.10.0.0/16', size: 24 }]);
  assert.deepEqual(settings.defaultUlimits.get('nofile'), { soft: 64000, hard: 64000 });
  assert.equal(settings.defaultNetworkOpts.get('bridge')?.get('com.docker.network.driver.mtu'), '1234');
});

const refusals: [string, string[], string | null, RegExp][] = [
  ['an unknown flag', ['--nope'], null, /^unknown flag: --nope$/],
  ['a flag without its value', ['--data-root'], null, /^flag needs an argument: --data-root$/],
  [
    'an unknown key',
    [],
    '{"nope":1,"debug":true}',
    /the following directives don't match any configuration option: nope$/,
  ],
  [
    'flag and file',
    ['--debug'],
    '{"debug":false}',
    /specified both as a flag and in the configuration file: debug: \(from flag: true, from file: false\)$/,
  ],
  ['broken JSON', [], '{"debug":', /unable to configure the Docker daemon with file/],
  ['a value of the wrong type', [], '{"debug":"yes"}', /^debug: /],
  [
    'a missing file that was asked for',
    ['--config-file', '/x'],
    null,
    /open \/x: no such file or directory$/,
  ],
  [
    'what this version does not have',
    ['--userns-remap', 'default'],
    null,
    /^--userns-remap: user namespace remapping is not supported yet$/,
  ],
  ['the same in the file', [], '{"userns-remap":"default"}', /^--userns-remap: user namespace remapping/],
  ['a mirror with credentials', [], '{"registry-mirrors":["https://a:b@m"]}', /invalid mirror.*credentials/],
  ['a mirror that is no URL', ['--registry-mirror', 'm.test'], null, /invalid mirror/],
  ['no downloads', ['--max-concurrent-downloads=0'], null, /1 or more expected/],
  ['tlsverify without a CA', ['--tlsverify'], null, /--tlscacert/],
  ['a wrong level', ['-l', 'loud'], null, /invalid value "loud" for --log-level/],
  ['a wrong boolean', ['--iptables=maybe'], null, /invalid argument "maybe" for "--iptables" flag/],
  [
    'the systemd cgroup driver',
    ['--exec-opt', 'native.cgroupdriver=systemd'],
    null,
    /only native.cgroupdriver=cgroupfs/,
  ],
];
for (const [what, argv, file, message] of refusals) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => load(argv, file),
      (error: Error) => message.test(error.message),
    );
  });
}

test('a refused setting at its default value is no reason to stop', () => {
  assert.equal(load(['--userns-remap=']).usernsRemap, '');
});

test('sizes', () => {
  assert.deepEqual(
    ['64m', '64MiB', '64MB', '1.5g', '1024', '10 kb'].map(parseBytes),
    [67108864, 67108864, 67108864, 1610612736, 1024, 10240],
  );
  assert.throws(() => parseBytes('x'));
});

test('every flag of dockerd is in the usage once', () => {
  const text = usage();
  for (const name of settingNames) assert.equal(text.split(`--${settingsTable[name].flag} `).length, 2, name);
});

test('mirrors: of Docker Hub as a list, of any registry as a map', () => {
  const hub = [['docker.io', ['https://m.test/']]];
  assert.deepEqual([...load([], '{"registry-mirrors":["https://m.test"]}').registryMirrors], hub);
  assert.deepEqual([...load(['--registry-mirror=https://m.test']).registryMirrors], hub);
  assert.deepEqual(
    [
      ...load(['--registry-mirror=quay.io=https://a.test/x', '--registry-mirror=quay.io=http://b.test:5000'])
        .registryMirrors,
    ],
    [['quay.io', ['https://a.test/x/', 'http://b.test:5000/']]],
  );
  assert.deepEqual(
    [...load([], '{"registry-mirrors":{"quay.io":["https://m.test"]}}').registryMirrors],
    [['quay.io', ['https://m.test/']]],
  );
});
