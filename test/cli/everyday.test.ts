/** What people keep open all day: several containers at once, names that come near, colours only where they are wanted. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-everyday-'));
const env = { DOCKER_HOST: `unix://${join(folder, 's')}`, DOCKER_CONFIG: folder };

type Line = readonly [stream: 1 | 2, text: string];

/** Frames of the multiplexed stream, `1` for standard output. */
const frames = (...lines: readonly Line[]): string =>
  Buffer.concat(
    lines.map(([stream, text]) => {
      const payload = Buffer.from(text);
      const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(payload.length, 4);
      return Buffer.concat([head, payload]);
    }),
  ).toString('base64');

const logs = (...lines: readonly Line[]) => ({
  type: 'application/vnd.docker.multiplexed-stream',
  base64: frames(...lines),
});
const processes = (...rows: readonly (readonly string[])[]) => ({
  json: { Titles: ['PID', 'CMD'], Processes: rows },
});
const container = (name: string) => ({ Id: name, Names: [`/${name}`], Image: 'busybox' });

let daemon: FakeDaemon;
before(async () => {
  daemon = await fakeDaemon(join(folder, 's'), {
    'GET /containers/json': { json: [container('web'), container('db')] },
    'GET /containers/json?all=1': { json: [container('web'), container('db'), container('worker')] },
    'GET /containers/web/json': { json: { Config: {} } },
    'GET /containers/db/json': { json: { Config: {} } },
    'GET /containers/web/logs': logs([1, 'GET /a\nERROR one\n'], [2, 'error two\n']),
    'GET /containers/db/logs': logs([1, 'ready\nno end']),
    'GET /containers/web/top': processes(['1', 'nginx'], ['2', 'nginx: worker']),
    'GET /containers/db/top': processes(['7', 'postgres']),
    'GET /images/json': { json: [{ RepoTags: ['busybox:latest', 'team/app:v1'] }] },
    'GET /networks': { json: [{ Name: 'back', Driver: 'bridge' }] },
    'GET /volumes': { json: { Volumes: [{ Name: 'data', Driver: 'local' }] } },
    'GET /containers/wbe/json': { status: 404, json: { message: 'No such container: wbe' } },
    'GET /images/busybx/json': { status: 404, json: { message: 'No such image: busybx:latest' } },
    'GET /networks/bakc': { status: 404, json: { message: 'network bakc not found' } },
    'GET /volumes/dtaa': { status: 404, json: { message: 'get dtaa: no such volume' } },
  });
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

test('logs of several containers: each line whole, behind the name of its container', async () => {
  const { stdout, stderr } = await runCli(['logs', 'web', 'db'], env);
  assert.deepEqual(stdout.split('\n').sort(), [
    '',
    'db  | no end',
    'db  | ready',
    'web | ERROR one',
    'web | GET /a',
  ]);
  assert.equal(stderr, 'web | error two\n');
});

test('the prefixes have colours on a terminal, and none with NO_COLOR or a dumb one', async () => {
  const coloured = await runCli(['logs', 'web', 'db'], { ...env, TERM: 'xterm' }, { terminal: true });
  assert.match(coloured.stdout, /\x1b\[36mweb \|\x1b\[0m GET \/a/);
  for (const more of [{ TERM: 'xterm', NO_COLOR: '1' }, { TERM: 'dumb' }])
    assert.doesNotMatch(
      (await runCli(['logs', 'web', 'db'], { ...env, ...more }, { terminal: true })).stdout,
      /\x1b/,
    );
});

test('--grep leaves the lines that fit', async () => {
  const { stdout, stderr } = await runCli(['logs', '--grep', '(?i)error', 'web'], env);
  assert.equal(stdout + stderr, 'ERROR one\nerror two\n');
  assert.equal((await runCli(['logs', '--grep', 'nothing', 'web', 'db'], env)).stdout, '');
  assert.match(
    (await runCli(['logs', '--grep', '(', 'web'], env)).stderr,
    /^--grep: Invalid regular expression/,
  );
});

test('top without a name shows the processes of all that run', async () => {
  const { stdout } = await runCli(['top'], env);
  const lines = [
    'CONTAINER   PID   CMD',
    'web         1     nginx',
    'web         2     nginx: worker',
    'db          7     postgres',
  ];
  assert.equal(stdout, `${lines.join('\n')}\n`);
});

test('on a terminal a name that nothing has gets those that come near', async () => {
  for (const [args, wanted] of [
    [['container', 'inspect', 'wbe'], 'web'],
    [['image', 'inspect', 'busybx'], 'busybox'],
    [['network', 'inspect', 'bakc'], 'back'],
    [['volume', 'inspect', 'dtaa'], 'data'],
  ] as const) {
    const { stderr } = await runCli(args, env, { terminal: true });
    assert.ok(stderr.endsWith(`Did you mean:  ${wanted}\n`), stderr);
    assert.doesNotMatch((await runCli(args, env)).stderr, /Did you mean/);
  }
});

test('ps --watch wants a terminal', async () => {
  const { status, stderr } = await runCli(['ps', '--watch'], env);
  assert.deepEqual([status, stderr], [1, '--watch needs a terminal to draw on\n']);
});
