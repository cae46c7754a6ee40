/** Passwords and tokens that the client knows are in no listing, no error and no debug output. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { runCli } from './run-cli.ts';

const SECRET = 'hunter2-s3cr3t';
const folder = mkdtempSync(join(tmpdir(), 'minke-secrets-'));
const env: NodeJS.ProcessEnv = {
  DOCKER_HOST: `unix://${join(folder, 's')}`,
  DOCKER_CONFIG: folder,
  PATH: process.env.PATH,
};

let daemon: FakeDaemon;
before(async () => {
  daemon = await fakeDaemon(join(folder, 's'), {
    'POST /auth': { status: 401, json: { message: 'unauthorized: incorrect username or password' } },
    'POST /images/create': { status: 500, json: { message: 'Get "https://r.test/v2/": denied' } },
    'POST /images/r.test/x/push': { status: 500, json: { message: 'denied' } },
    'POST /containers/create': { status: 500, json: { message: 'no' } },
    'GET /containers/json': { json: [{ Id: 'a', Names: ['/a'], Image: 'x', Command: 'x' }] },
    'GET /info': { json: { HttpProxy: 'http://xxxxx:xxxxx@proxy:3128' } },
    'GET /version': { json: {} },
  });
  const auth = Buffer.from(`me:${SECRET}`).toString('base64');
  const settings = {
    auths: { 'r.test': { auth }, 'https://index.docker.io/v1/': { identitytoken: SECRET } },
    HttpHeaders: { 'X-Token': SECRET },
    proxies: { default: { httpProxy: `http://me:${SECRET}@proxy:3128` } },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(settings));
  mkdirSync(join(folder, 'tls'));
  writeFileSync(join(folder, 'tls', 'key.pem'), `${SECRET}\n`);
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

const auth64 = Buffer.from(`me:${SECRET}`).toString('base64');
const shows = (text: string): boolean => text.includes(SECRET) || text.includes(auth64);

const lines: readonly (readonly string[])[] = [
  ['ps'],
  ['-D', 'ps', '--format', 'json'],
  ['info'],
  ['-D', 'info', '--format', 'json'],
  ['version', '--format', 'json'],
  ['pull', 'r.test/x'],
  ['-D', 'pull', 'r.test/x'],
  ['push', 'r.test/x'],
  ['-D', 'run', '-e', `TOKEN=${SECRET}`, 'busybox'],
  ['-D', 'login', '-u', 'me', '-p', SECRET, 'r.test'],
  ['-D', 'logout', 'nowhere.test'],
  ['context', 'ls'],
  ['context', 'inspect'],
  ['-D', '-H', 'unix:///nonexistent', 'ps'],
  ['-D', 'nope'],
  ['-D', 'ps', '--nope'],
];

for (const args of lines)
  test(`docker ${args.join(' ').replaceAll(SECRET, '…')}`, async () => {
    const { stdout, stderr } = await runCli(args, env);
    assert.equal(shows(stdout + stderr), false, `${stdout}${stderr}`);
  });

test('a context keeps its key, and shows only that there is one', async () => {
  const store = { ...env, DOCKER_CONFIG: join(folder, 'store') };
  const tls = ['key'].map((name) => `${name}=${join(folder, 'tls', `${name}.pem`)}`);
  const made = await runCli(
    ['context', 'create', 'far', '--docker', `host=tcp://h:1,${tls.join(',')}`],
    store,
  );
  assert.equal(made.status, 0, made.stderr);
  const shown = await runCli(['context', 'inspect', 'far'], store);
  assert.match(shown.stdout, /"key\.pem"/);
  const used = await runCli(['-D', '-c', 'far', 'ps'], store);
  assert.notEqual(used.status, 0);
  for (const { stdout, stderr } of [made, shown, used]) assert.equal(shows(stdout + stderr), false, stderr);
});

test('the daemon does get what it needs', () => {
  const asked = daemon.asked.find(({ path }) => path.includes('/images/create'));
  const header = String(asked?.headers['x-registry-auth'] ?? '');
  assert.ok(Buffer.from(header, 'base64url').toString().includes(SECRET));
  assert.equal(asked?.headers['x-token'], SECRET);
  assert.ok(readFileSync(join(folder, 'config.json'), 'utf8').includes(auth64));
});
