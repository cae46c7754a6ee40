/** What a daemon, an archive or another user of the machine must not be able to do to the client. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { ConfigFile } from '../../src/cli/config/config-file.ts';
import { CredentialHelper } from '../../src/cli/config/credential-helper.ts';
import { storeCredentials } from '../../src/cli/config/credentials.ts';
import { unpack } from '../../src/cli/cp/unpack.ts';
import type { TarWriteHeader } from '../../src/kit/tar/encode-header.ts';
import { writeTar } from '../../src/kit/tar/write-tar.ts';
import { until } from '../harness/until.ts';
import { type Answer, type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { runCli } from './run-cli.ts';

const root = mkdtempSync(join(tmpdir(), 'minke-security-'));
let folder: string;
let daemon: FakeDaemon | undefined;
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
});
after(() => rmSync(root, { recursive: true }));

async function envOf(routes: Record<string, Answer>): Promise<NodeJS.ProcessEnv> {
  daemon = await fakeDaemon(join(folder, 's'), routes);
  return { DOCKER_HOST: `unix://${join(folder, 's')}`, DOCKER_CONFIG: folder, PATH: process.env.PATH };
}

const tarOf = async (headers: readonly TarWriteHeader[]): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  const entries = headers.map((header) => ({
    header,
    ...(header.size ? { body: Buffer.alloc(header.size, 'x') } : {}),
  }));
  for await (const chunk of writeTar(entries)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  yield data;
}

const evil: Readonly<Record<string, readonly TarWriteHeader[]>> = {
  'a name that leads out': [{ name: 'x/../../canary', type: 'file', size: 3 }],
  'an absolute name': [{ name: '/tmp/minke-canary', type: 'file', size: 3 }],
  'another name than was asked for': [{ name: 'y', type: 'file', size: 3 }],
  'a link and a file through it': [
    { name: 'x', type: 'directory' },
    { name: 'x/l', type: 'symlink', linkname: '../..' },
    { name: 'x/l/canary', type: 'file', size: 3 },
  ],
  'a link in place of a folder': [
    { name: 'x', type: 'symlink', linkname: '/tmp' },
    { name: 'x/minke-canary', type: 'file', size: 3 },
  ],
  'a hard link to what lies outside': [
    { name: 'x', type: 'directory' },
    { name: 'x/h', type: 'link', linkname: '../../../etc/passwd' },
  ],
  'a hard link to an absolute path': [
    { name: 'x', type: 'directory' },
    { name: 'x/h', type: 'link', linkname: '/etc/passwd' },
  ],
  'a hard link through a link': [
    { name: 'x', type: 'directory' },
    { name: 'x/l', type: 'symlink', linkname: '/etc' },
    { name: 'x/h', type: 'link', linkname: 'x/l/passwd' },
  ],
};

for (const [what, headers] of Object.entries(evil))
  test(`unpack refuses ${what}`, async () => {
    const out = join(folder, 'out');
    mkdirSync(out);
    await assert.rejects(
      unpack(once(await tarOf(headers)), out, { below: 'x' }),
      /refus|not below|not asked/,
    );
    assert.equal(existsSync(join(folder, 'canary')), false);
    assert.equal(existsSync('/tmp/minke-canary'), false);
    assert.equal(existsSync(join(out, 'y')), false);
  });

test('unpack writes over a link, not through it, and makes no devices', async () => {
  const out = join(folder, 'out');
  mkdirSync(out);
  writeFileSync(join(folder, 'canary'), 'whole');
  symlinkSync(join(folder, 'canary'), join(out, 'x'));
  await unpack(once(await tarOf([{ name: 'x', type: 'file', size: 3 }])), out, { below: 'x' });
  assert.equal(readFileSync(join(folder, 'canary'), 'utf8'), 'whole');
  assert.equal(readFileSync(join(out, 'x'), 'utf8'), 'xxx');
  await unpack(once(await tarOf([{ name: 'd', type: 'character', devmajor: 1, devminor: 3 }])), out, {
    below: 'd',
  });
  assert.equal(existsSync(join(out, 'd')), false);
});

test('cp of a lying daemon writes nothing outside of what was asked for', async () => {
  const stat = Buffer.from(JSON.stringify({ name: 'x', size: 3, mode: 0o644, linkTarget: '' })).toString(
    'base64',
  );
  const tar = await tarOf([{ name: '../canary', type: 'file', size: 3 }]);
  const env = await envOf({
    'GET /containers/c/archive': {
      type: 'application/x-tar',
      headers: { 'X-Docker-Container-Path-Stat': stat },
      base64: tar.toString('base64'),
    },
  });
  const out = join(folder, 'out');
  mkdirSync(out);
  const { status, stderr } = await runCli(['cp', 'c:/x', out], env);
  assert.equal(status, 1);
  assert.match(stderr, /refused/);
  assert.equal(existsSync(join(folder, 'canary')), false);
});

const hostile = '\x1b]0;x\x07\x1b[2J\u009b31m\r';
const raw = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

test('names, labels and errors do not drive a terminal', async () => {
  const container = {
    Id: 'a'.repeat(64),
    Names: [`/${hostile}`],
    Image: hostile,
    Command: hostile,
    Status: hostile,
    Labels: { a: hostile },
  };
  const env = await envOf({
    'GET /containers/json': { json: [container] },
    'GET /images/i/history': { json: [{ Id: 'x', CreatedBy: hostile, Comment: hostile, Created: 5 }] },
    'GET /containers/c/json': { json: { Name: hostile } },
    'GET /volumes': { json: { Volumes: [{ Name: hostile, Driver: hostile }], Warnings: [hostile] } },
    'GET /networks/n': { status: 500, json: { message: hostile } },
    'GET /events': {
      text: `${JSON.stringify({ Type: hostile, Action: hostile, time: 5, Actor: { ID: hostile, Attributes: { a: hostile } } })}\n`,
    },
    'POST /images/create': {
      text: `${JSON.stringify({ status: hostile, id: hostile, progressDetail: { current: 1, total: 2 } })}\n${JSON.stringify({ error: hostile })}\n`,
    },
  });
  for (const args of [
    ['ps'],
    ['ps', '--format', '{{.Names}} {{.Labels}}'],
    ['history', '--no-trunc', 'i'],
    ['inspect', '--type', 'container', '-f', '{{.Name}}', 'c'],
    ['volume', 'ls'],
    ['network', 'inspect', 'n'],
    ['events'],
    ['pull', 'x'],
  ]) {
    const { stdout, stderr } = await runCli(args, env, { terminal: true });
    const own = /\x1b\[\d*[AB]|\x1b\[2K|\r/g; // cursor movements of progress
    const said = args[0] === 'pull' ? (stdout + stderr).replace(own, '') : stdout + stderr;
    assert.doesNotMatch(said, raw, args.join(' '));
    assert.match(said, /\\x1b|\\u001b/, args.join(' '));
  }
});

test('settings are readable by their owner alone, and a link to them stays', async () => {
  const before = process.umask(0);
  try {
    const real = join(folder, 'real.json');
    writeFileSync(real, '{"custom":{"kept":true}}', { mode: 0o644 });
    symlinkSync(real, join(folder, 'config.json'));
    const config = ConfigFile.load(folder);
    const open = await storeCredentials(config, {}, 'r.test', {
      username: 'u',
      password: 'p',
      identityToken: '',
    });
    assert.equal(open, true);
    assert.equal(readlinkSync(join(folder, 'config.json')), real);
    assert.equal(statSync(real).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(real, 'utf8')), {
      custom: { kept: true },
      auths: { 'r.test': { auth: Buffer.from('u:p').toString('base64') } },
    });
  } finally {
    process.umask(before);
  }
});

test('without its credential helper a push sends no credentials of another place, and says so', async () => {
  const env = await envOf({ 'POST /images/r.test/x/push': { text: '{"status":"x"}\n' } });
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ credHelpers: { 'r.test': 'missing' }, auths: { 'r.test': { auth: 'dTpw' } } }),
  );
  const { stderr } = await runCli(['push', 'r.test/x'], env);
  assert.match(stderr, /WARNING: no credentials for r\.test: .*docker-credential-missing/);
  const pushed = daemon?.asked.find(({ path }) => path.includes('/push'));
  assert.equal(Buffer.from(String(pushed?.headers['x-registry-auth']), 'base64url').toString(), '{}');
});

test('a credential helper that others can change, or with a path for a name, is not run', async () => {
  const marker = join(folder, 'marker');
  const program = join(folder, 'docker-credential-open');
  writeFileSync(program, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  chmodSync(folder, 0o777);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  await assert.rejects(new CredentialHelper('open', env).get('r.test'), /can be changed by other users/);
  for (const name of ['../open', 'a/b', '', '-x'])
    await assert.rejects(new CredentialHelper(name, env).get('r.test'), /not allowed/, name);
  assert.equal(existsSync(marker), false);
});

test('a credential helper is asked by its protocol', async () => {
  const program = join(folder, 'docker-credential-own');
  writeFileSync(
    program,
    `#!/bin/sh\nread server\ncase "$1 $server" in\n'get r.test') echo '{"ServerURL":"r.test","Username":"u","Secret":"p"}' ;;\nget*) echo 'credentials not found in native keychain'; exit 1 ;;\nesac\n`,
    { mode: 0o755 },
  );
  chmodSync(folder, 0o755);
  const helper = new CredentialHelper('own', { PATH: `${folder}:/usr/bin:/bin` });
  assert.deepEqual(await helper.get('r.test'), { username: 'u', password: 'p', identityToken: '' });
  assert.equal(await helper.get('other.test'), undefined);
});

test('a credential helper that hangs, or says too much, is ended', async () => {
  const helper = (name: string, script: string): CredentialHelper => {
    writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    chmodSync(folder, 0o755);
    return new CredentialHelper(name, { PATH: `${folder}:/usr/bin:/bin` }, { time: 300 });
  };
  const pid = join(folder, 'pid');
  const hanging = helper('hanging', `echo $$ > ${pid}; exec sleep 1000`);
  await assert.rejects(hanging.get('r.test'), /hanging was ended: no answer within 0.3 seconds/);
  // A grandchild that keeps the pipe open holds nobody up.
  await assert.rejects(helper('forking', 'sleep 2 & sleep 2').get('r.test'), /no answer within/);
  const endless = new CredentialHelper('endless', { PATH: `${folder}:/usr/bin:/bin` });
  helper('endless', 'exec cat /dev/zero');
  await assert.rejects(endless.get('r.test'), /endless was ended: it said more than 1048576 characters/);
  await assert.rejects(endless.get('r.test\nother.test'), /more than one line/);
  const number = Number(readFileSync(pid, 'utf8'));
  await until('the helper to be gone', () => !existsSync(`/proc/${number}`));
});

test('credentials are those of the very server, not of one that is called alike', async () => {
  const auths = { 'r.test': { auth: Buffer.from('u:secret').toString('base64') } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  const env = await envOf({ 'POST /images/create': { text: '{"status":"done"}\n' } });
  for (const [server, known] of [
    ['r.test', true],
    ['r.test.evil.test', false],
    ['xr.test', false],
    ['r.test:444', false],
    ['evil.test', false],
  ] as const) {
    const before = daemon?.asked.length ?? 0;
    await runCli(['pull', `${server}/x:1`], env);
    const header = daemon?.asked.slice(before).find(({ path }) => path.includes('/images/create'))?.headers;
    const sent = Buffer.from(String(header?.['x-registry-auth'] ?? ''), 'base64').toString();
    assert.equal(sent.includes('secret'), known, server);
  }
});

test('context import takes only what a context has', async () => {
  const env = { DOCKER_CONFIG: folder };
  const evilContexts: readonly (readonly TarWriteHeader[])[] = [
    [{ name: '../meta.json', type: 'file', size: 2 }],
    [{ name: 'tls/docker/../../x', type: 'file', size: 2 }],
    [{ name: 'meta.json', type: 'symlink', linkname: '/etc/passwd' }],
    [{ name: 'other.txt', type: 'file', size: 2 }],
  ];
  for (const [index, headers] of evilContexts.entries()) {
    const file = join(folder, `${index}.tar`);
    writeFileSync(file, await tarOf(headers));
    const { status, stderr } = await runCli(['context', 'import', `c${index}`, file], env);
    assert.equal(status, 1);
    assert.match(stderr, /unexpected context file/);
  }
  assert.equal(existsSync(join(folder, 'contexts')), false);
});

test('a context goes out and comes back', async () => {
  const env = { DOCKER_CONFIG: folder };
  const pem = join(folder, 'pem');
  writeFileSync(pem, 'PEM');
  const create = ['context', 'create', 'far', '--description', 'd', '--docker', `host=tcp://h:1,key=${pem}`];
  assert.equal((await runCli(create, env)).status, 0);
  const file = join(folder, 'far.tar');
  assert.equal((await runCli(['context', 'export', 'far', file], env)).status, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await runCli(['context', 'import', 'near', file], env)).status, 0);
  const inspect = async (name: string): Promise<unknown> =>
    JSON.parse((await runCli(['context', 'inspect', name, '-f', '{{json .}}'], env)).stdout);
  const [far, near] = [await inspect('far'), await inspect('near')];
  const same = (value: unknown): string =>
    JSON.stringify(value).replace(/"(Name|MetadataPath|TLSPath)":"[^"]*"/g, '');
  assert.equal(same(near), same(far));
  const listed = (await runCli(['context', 'ls', '--format', '{{.Name}} {{.DockerEndpoint}}'], env)).stdout;
  assert.equal(listed, 'default unix:///var/run/docker.sock\nfar tcp://h:1\nnear tcp://h:1\n');
  assert.equal((await runCli(['context', 'use', 'near'], env)).status, 0);
  assert.equal((await runCli(['context', 'show'], env)).stdout, 'near\n');
  assert.match((await runCli(['context', 'rm', 'near'], env)).stderr, /is in use, set -f/);
  assert.equal((await runCli(['context', 'rm', '-f', 'near', 'far'], env)).status, 0);
});

test('arguments do not reach a shell', async () => {
  const env = await envOf({});
  for (const name of ['a;touch x', '$(touch x)', '`touch x`', '-rf', 'a\nb', '../../x', 'a/b?c=d'])
    for (const args of [
      ['rm', '--', name],
      ['inspect', '--', name],
      ['volume', 'inspect', '--', name],
    ])
      assert.equal((await runCli(args, env)).status, 1);
  assert.equal(existsSync('x'), false);
  // Each name is one part of the path.
  for (const { path } of daemon?.asked ?? []) {
    assert.doesNotMatch(path, /\/\.\.?(\/|$)|\/\//);
    assert.match(path, /^\/v[\d.]+\/(containers|images|networks|volumes|info|plugins)(\/[^/]+){0,3}$/);
  }
});

test('what other programs keep in a context survives an update, an export and an import', async () => {
  const env = { DOCKER_CONFIG: folder };
  assert.equal((await runCli(['context', 'create', 'far', '--docker', 'host=tcp://h:1'], env)).status, 0);
  const inspected = await runCli(['context', 'inspect', 'far', '-f', '{{.Storage.MetadataPath}}'], env);
  const meta = join(inspected.stdout.trim(), 'meta.json');
  const before = JSON.parse(readFileSync(meta, 'utf8'));
  before.Metadata.StackOrchestrator = 'swarm';
  before.Endpoints.kubernetes = { Host: 'https://k:6443' };
  writeFileSync(meta, JSON.stringify(before));
  assert.equal((await runCli(['context', 'update', 'far', '--description', 'd'], env)).status, 0);
  const file = join(folder, 'far.tar');
  await runCli(['context', 'export', 'far', file], env);
  await runCli(['context', 'import', 'again', file], env);
  const again = await runCli(['context', 'inspect', 'again', '-f', '{{.Storage.MetadataPath}}'], env);
  assert.deepEqual(JSON.parse(readFileSync(join(again.stdout.trim(), 'meta.json'), 'utf8')), {
    Name: 'again',
    Metadata: { StackOrchestrator: 'swarm', Description: 'd' },
    Endpoints: {
      docker: { Host: 'tcp://h:1', SkipTLSVerify: false },
      kubernetes: { Host: 'https://k:6443' },
    },
  });
});
