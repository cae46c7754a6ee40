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

test('settings that are no JSON are an error that names the file; none are no error', async () => {
  const own = join(folder, 'broken');
  mkdirSync(own);
  writeFileSync(join(own, 'config.json'), '{');
  const { status, stderr } = await runCli(['ps'], { DOCKER_HOST: host, DOCKER_CONFIG: own });
  assert.equal(status, 1);
  assert.ok(stderr.includes(join(own, 'config.json')), stderr);
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
