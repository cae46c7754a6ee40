/** What config.json says, command by command. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type FakeDaemon, fakeDaemon } from './fake-daemon.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'minke-settings-'));
const host = `unix://${join(folder, 's')}`;
let daemon: FakeDaemon;
before(async () => {
  daemon = await fakeDaemon(join(folder, 's'), {
    'GET /containers/json': { json: [{ Id: 'a'.repeat(64), Names: ['/web'], Image: 'nginx' }] },
    'GET /images/json': { json: [{ Id: 'sha256:x', RepoTags: ['nginx:latest'] }] },
    'GET /networks': { json: [{ Name: 'back' }] },
    'GET /volumes': { json: { Volumes: [{ Name: 'data' }] } },
    'POST /containers/create': { status: 201, json: { Id: 'new' } },
    'POST /containers/web/exec': { status: 201, json: { Id: 'e' } },
    'POST /exec/e/start': {},
    'POST /containers/prune': { json: {} },
    'POST /images/create': { text: '{"status":"x"}\n' },
    'POST /auth': { json: { Status: 'Login Succeeded', IdentityToken: '' } },
    'POST /build': { text: '{"stream":"x"}\n' },
  });
});
after(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
/** Environment of somebody with these settings. */
function settings(data: object): NodeJS.ProcessEnv {
  const own = join(folder, String(count++));
  mkdirSync(own);
  writeFileSync(join(own, 'config.json'), JSON.stringify(data));
  return { DOCKER_HOST: host, DOCKER_CONFIG: own, DOCKER_BUILDKIT: '0' };
}

const asked = (path: string) => daemon.asked.findLast((request) => request.path.includes(path));

test('formats of lists, which --format overrides and --quiet ignores', async () => {
  const env = settings({
    psFormat: 'p {{.Names}}',
    imagesFormat: 'i {{.Repository}}',
    networksFormat: 'n {{.Name}}',
    volumesFormat: 'v {{.Name}}',
  });
  const says = async (...args: string[]) => (await runCli(args, env)).stdout;
  assert.equal(await says('ps'), 'p web\n');
  assert.equal(await says('images'), 'i nginx\n');
  assert.equal(await says('network', 'ls'), 'n back\n');
  assert.equal(await says('volume', 'ls'), 'v data\n');
  assert.equal(await says('ps', '--format', '{{.Image}}'), 'nginx\n');
  assert.equal(await says('ps', '-q'), 'aaaaaaaaaaaa\n');
});

test('proxies go into containers and builds, in both spellings, unless they are said otherwise', async () => {
  const proxies = {
    default: { httpProxy: 'http://p:1', noProxy: 'localhost' },
    [host]: { httpsProxy: 'http://own:2' },
  };
  const general = settings({ proxies: { default: proxies.default } });
  await runCli(['create', '-e', 'http_proxy=mine', 'busybox'], general);
  const body: { Env: string[] } = JSON.parse(asked('/containers/create')?.body.toString() ?? '{}');
  assert.deepEqual(body.Env.sort(), [
    'HTTP_PROXY=http://p:1',
    'NO_PROXY=localhost',
    'http_proxy=mine',
    'no_proxy=localhost',
  ]);
  // Those of this very daemon come before the general ones.
  await runCli(['create', 'busybox'], settings({ proxies }));
  const own: { Env: string[] } = JSON.parse(asked('/containers/create')?.body.toString() ?? '{}');
  assert.deepEqual(own.Env.sort(), ['HTTPS_PROXY=http://own:2', 'https_proxy=http://own:2']);
  const context = join(folder, 'context');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), 'FROM busybox\n');
  await runCli(['build', '-q', context], general);
  const query = new URL(asked('/build')?.path ?? '', 'http://x').searchParams;
  const args: Record<string, string> = JSON.parse(query.get('buildargs') ?? '{}');
  assert.equal(args.HTTP_PROXY, 'http://p:1');
  assert.equal(args.no_proxy, 'localhost');
});

test('detach keys', async () => {
  const env = settings({ detachKeys: 'ctrl-x' });
  await runCli(['exec', '-d', 'web', 'true'], env);
  const body: { DetachKeys: string } = JSON.parse(asked('/containers/web/exec')?.body.toString() ?? '{}');
  assert.equal(body.DetachKeys, 'ctrl-x');
});

test('headers go along with every request', async () => {
  await runCli(['ps'], settings({ HttpHeaders: { 'X-Team': 'red' } }));
  assert.equal(asked('/containers/json')?.headers['x-team'], 'red');
});

test('filters of prunes are added to those of the command line', async () => {
  await runCli(
    ['container', 'prune', '-f', '--filter', 'label=a'],
    settings({ pruneFilters: ['label!=keep', 'until=24h'] }),
  );
  const filters = new URL(asked('/containers/prune')?.path ?? '', 'http://x').searchParams.get('filters');
  assert.deepEqual(JSON.parse(filters ?? ''), {
    label: { a: true },
    'label!': { keep: true },
    until: { '24h': true },
  });
});

test('settings that are not there are no error', async () => {
  assert.equal((await runCli(['ps'], { DOCKER_HOST: host, DOCKER_CONFIG: join(folder, 'none') })).status, 0);
});

test('the current context is kept, and what is not known stays', async () => {
  const env = settings({ auths: {}, unknown: { kept: [1, 2] } });
  const { DOCKER_HOST: _, ...plain } = env;
  await runCli(['context', 'create', 'near', '--docker', `host=${host}`], plain);
  await runCli(['context', 'use', 'near'], plain);
  const kept = JSON.parse(readFileSync(join(String(env.DOCKER_CONFIG), 'config.json'), 'utf8'));
  assert.deepEqual(kept, { auths: {}, unknown: { kept: [1, 2] }, currentContext: 'near' });
  assert.match((await runCli(['ps', '-q'], plain)).stdout, /^a{12}$/m);
});

const auth = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
const sent = (path: string) =>
  JSON.parse(Buffer.from(String(asked(path)?.headers['x-registry-auth']), 'base64url').toString());

test('a broken config.json is told of once, and nothing of it counts; it is never written over', async () => {
  const env = settings({});
  const path = join(String(env.DOCKER_CONFIG), 'config.json');
  for (const broken of ['{', '[]', '"x"']) {
    writeFileSync(path, broken);
    const listed = await runCli(['ps', '-q'], env);
    assert.equal(listed.status, 0);
    assert.equal(listed.stdout, 'aaaaaaaaaaaa\n');
    assert.match(listed.stderr, /^WARNING: Error parsing config file \(.*config\.json\): .*\n$/);
    const used = await runCli(['context', 'use', 'default'], env);
    assert.equal(used.status, 1);
    assert.equal(readFileSync(path, 'utf8'), broken);
  }
});

test('DOCKER_AUTH_CONFIG gives credentials, before those of the settings', async () => {
  const env = settings({
    auths: { 'r.test': { auth: auth('ada', 'kept') }, 's.test': { auth: auth('s', 's') } },
  });
  const given = JSON.stringify({ auths: { 'r.test': { auth: auth('ci', 'token') } } });
  await runCli(['pull', '-q', 'r.test/app:1'], { ...env, DOCKER_AUTH_CONFIG: given });
  assert.deepEqual(sent('/images/create'), { username: 'ci', password: 'token', serveraddress: 'r.test' });
  await runCli(['pull', '-q', 's.test/app:1'], { ...env, DOCKER_AUTH_CONFIG: given });
  assert.equal(sent('/images/create').username, 's');
});

test('a DOCKER_AUTH_CONFIG that is none is told of without what it holds, and the settings count', async () => {
  const env = settings({ auths: { 'r.test': { auth: auth('ada', 'kept') } } });
  for (const bad of [
    '{bad',
    '{"auths":{"r.test":{"auth":""}}}',
    '{"auths":{"r.test":{"auth":"c2VjcmV0"}}}',
  ]) {
    const { stderr } = await runCli(['pull', '-q', 'r.test/app:1'], { ...env, DOCKER_AUTH_CONFIG: bad });
    assert.match(stderr, /^Failed to create credential store from DOCKER_AUTH_CONFIG: /);
    assert.doesNotMatch(stderr, /c2VjcmV0|secret/);
    assert.equal(sent('/images/create').username, 'ada');
  }
});

test('a pull goes on without a credential helper that is missing, and says so', async () => {
  const env = settings({ credsStore: 'nowhere' });
  const { stderr, status } = await runCli(['pull', '-q', 'r.test/app:1'], { ...env, PATH: '/usr/bin' });
  assert.equal(status, 0);
  assert.match(stderr, /^WARNING: no credentials for r\.test: .*docker-credential-nowhere/);
  assert.deepEqual(sent('/images/create'), {});
});

test('a login is kept by the name of the host; the same again is not told of as unencrypted', async () => {
  const env = settings({});
  const login = (server: string) => runCli(['login', '-u', 'ada', '-p', 'pass', server], env);
  const unencrypted = /stored unencrypted/;
  assert.match((await login('http://r.test:5000/v2/')).stderr, unencrypted);
  assert.equal(JSON.parse(asked('/auth')?.body.toString() ?? '').serveraddress, 'r.test:5000');
  assert.doesNotMatch((await login('r.test:5000')).stderr, unencrypted);
  const kept = JSON.parse(readFileSync(join(String(env.DOCKER_CONFIG), 'config.json'), 'utf8'));
  assert.deepEqual(kept, { auths: { 'r.test:5000': { auth: auth('ada', 'pass') } } });
});

test('who asks for signatures gets no image unchecked', async () => {
  const before = daemon.asked.length;
  const trusting = { ...settings({}), DOCKER_CONTENT_TRUST: '1' };
  for (const line of [
    ['pull', 'r.test/app'],
    ['push', 'r.test/app'],
    ['run', 'r.test/app'],
    ['create', 'r.test/app'],
  ]) {
    const { status, stderr } = await runCli(line, trusting);
    assert.notEqual(status, 0, line.join(' '));
    assert.match(stderr, /signatures of images are not supported/);
  }
  const { status } = await runCli(['pull', '--disable-content-trust=false', 'r.test/app'], settings({}));
  assert.equal(status, 1);
  assert.ok(daemon.asked.slice(before).every(({ path }) => !path.includes('/create')));
  assert.equal((await runCli(['pull', '-q', '--disable-content-trust', 'r.test/app'], trusting)).status, 0);
});

test('a name that is empty asks nothing of the daemon', async () => {
  const before = daemon.asked.filter(({ method }) => method !== 'HEAD').length;
  const env = settings({});
  const kinds = {
    container: ['kill', 'stop', 'start', 'logs', 'pause', 'top'],
    network: ['network rm', 'network inspect'],
    volume: ['volume rm', 'volume inspect'],
  };
  for (const [kind, verbs] of Object.entries(kinds))
    for (const verb of verbs) {
      const { status, stderr } = await runCli([...verb.split(' '), ''], env);
      assert.equal(status, 1, verb);
      assert.match(stderr, new RegExp(`invalid ${kind} name or ID: value is empty`), verb);
    }
  assert.equal(daemon.asked.filter(({ method }) => method !== 'HEAD').length, before);
});

test('import names the image as it was typed', async () => {
  const env = settings({});
  const tar = join(String(env.DOCKER_CONFIG), 'root.tar');
  writeFileSync(tar, 'x');
  const none = `x@sha256:${'0'.repeat(64)}`;
  for (const name of ['r.test:5000/app:1', none]) {
    await runCli(['import', tar, name], env);
    const query = new URL(asked('fromSrc')?.path ?? '', 'http://d').searchParams;
    assert.deepEqual([query.get('repo'), query.get('tag')], [name, null]);
  }
  const { status, stderr } = await runCli(['import', tar, 'UPPER'], env);
  assert.equal(status, 1);
  assert.match(stderr, /must be lowercase/);
});

test('contexts: described by where they come from, in natural order, in use even when gone', async () => {
  const env = settings({});
  const { DOCKER_HOST: _, ...plain } = env;
  const context = (...words: string[]) => runCli(['context', ...words], plain);
  await context('create', 'a10', '--description', 'far', '--docker', 'host=unix:///x');
  await context('create', 'a9', '--from', 'a10');
  await context('create', 'B1', '--docker', 'from=a10');
  assert.equal(
    (await context('ls', '--format', '{{.Name}} {{.Description}}')).stdout,
    'B1 \na9 far\na10 far\ndefault Current DOCKER_HOST based configuration\n',
  );
  assert.match(
    (await context('create', 'c1', '--from', 'a9', '--docker', 'host=unix:///y')).stderr,
    /cannot use --docker flag when --from is set/,
  );
  await context('use', 'a9');
  await runCli(['context', 'rm', 'a9'], env);
  assert.match((await context('rm', 'a9')).stderr, /context "a9" is in use/);
  assert.equal((await context('rm', '-f', 'a9')).status, 0);
  assert.equal((await context('show')).stdout, 'default\n');
});
