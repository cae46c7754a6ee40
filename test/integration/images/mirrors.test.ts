/** Where a real engine goes for a registry: mirrors of any, `hosts.toml`, a proxy; and all tags of a repository. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { listenInside } from '../../harness/network/listen-inside.ts';
import { offer } from '../../harness/registry/offer.ts';
import { type StubRegistry, startStub } from '../../harness/registry/stub.ts';

let engine: Engine;
let certs = '';
/** None of the names that are asked for exists: who answers is one of these. */
const stubs: StubRegistry[] = [];
const [MIRROR, SECOND, PROXY] = [5001, 5002, 5003];
const stub = (port: number): StubRegistry => {
  const found = stubs.find(({ host }) => host.endsWith(`:${port}`));
  assert.ok(found);
  return found;
};

before(async () => {
  certs = await mkdtemp(join(tmpdir(), 'minke-hosts-'));
  engine = await startEngine('minke', {
    flags: [`--registry-certs-dir=${certs}`],
    config: {
      'registry-mirrors': {
        'docker.io': [`http://127.0.0.1:${MIRROR}/`],
        'r.test': [`http://127.0.0.1:${MIRROR}/`, `http://127.0.0.1:${SECOND}/`],
      },
      'insecure-registries': ['proxied.test'],
      'http-proxy': `http://127.0.0.1:${PROXY}`,
      'no-proxy': '127.0.0.1',
    },
  });
  for (const port of [MIRROR, SECOND, PROXY])
    stubs.push(await startStub({ socket: await listenInside(engine.netns, '127.0.0.1', port) }));
});
after(async () => {
  for (const one of stubs) await one[Symbol.asyncDispose]();
  assert.deepEqual(await engine?.stop(), []);
  await rm(certs, { recursive: true, force: true });
});
afterEach(() => {
  for (const one of stubs) {
    one.seen.length = 0;
    one.manifests.clear();
  }
});

async function pull(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(['pull', ...args]);
  assert.equal(code, 0, stderr);
  return stdout;
}
const idOf = async (image: string): Promise<string> =>
  (await engine.docker(['image', 'inspect', '-f', '{{.Id}}', image])).stdout.trim();

test('mirrors of Docker Hub and of another registry', async () => {
  const hub = await offer(stub(MIRROR), 'library/app', '1', [1000]);
  await pull('app:1');
  assert.equal(await idOf('app:1'), hub.id);
  const other = await offer(stub(MIRROR), 'team/app', '1', [1000]);
  await pull('r.test/team/app:1');
  assert.equal(await idOf('r.test/team/app:1'), other.id);
  assert.deepEqual(stub(SECOND).seen, []);
});

test('what one mirror has not the next one may; nobody enters a mirror with credentials', async () => {
  const image = await offer(stub(SECOND), 'team/only', '1', [1000]);
  const auth = Buffer.from(JSON.stringify({ username: 'ada', password: 'secret' })).toString('base64');
  const path = '/v1.51/images/create?fromImage=r.test/team/only&tag=1';
  const call = await engine.inside([
    ...['curl', '-sS', '--unix-socket', engine.socket, '-X', 'POST', '-H', `X-Registry-Auth: ${auth}`],
    `http://localhost${path}`,
  ]);
  assert.match(call.stdout, /Downloaded newer image for r\.test\/team\/only:1/);
  assert.equal(await idOf('r.test/team/only:1'), image.id);
  assert.ok(stub(MIRROR).seen.length > 0);
  for (const one of stubs)
    assert.deepEqual(
      one.seen.filter(({ authorization }) => authorization !== undefined),
      [],
    );
});

test('hosts.toml says where a registry is, with headers of its own', async () => {
  await mkdir(join(certs, 'hosts.test'));
  await writeFile(
    join(certs, 'hosts.test/hosts.toml'),
    `server = "http://127.0.0.1:${SECOND}"
[host."http://127.0.0.1:${MIRROR}"]
capabilities = ["pull", "resolve"]
[host."http://127.0.0.1:${MIRROR}".header]
x-from = "minke"
`,
  );
  const image = await offer(stub(SECOND), 'app', '1', [1000]);
  await pull('hosts.test/app:1');
  assert.equal(await idOf('hosts.test/app:1'), image.id);
  assert.ok(stub(MIRROR).seen.every(({ headers }) => headers['x-from'] === 'minke'));
  assert.ok(stub(MIRROR).seen.length > 0);
  // What is written goes to the registry itself.
  await engine.docker(['tag', 'hosts.test/app:1', 'hosts.test/copy:1']);
  const pushed = await engine.docker(['push', '-q', 'hosts.test/copy:1']);
  assert.equal(pushed.code, 0, pushed.stderr);
  assert.ok(stub(SECOND).manifests.has('copy:1'));
});

test('a proxy is asked for what is not excepted', async () => {
  const image = await offer(stub(PROXY), 'app', '1', [1000]);
  await pull('proxied.test/app:1');
  assert.equal(await idOf('proxied.test/app:1'), image.id);
  for (const { url } of stub(PROXY).seen) assert.match(url, /^http:\/\/proxied\.test\/v2\//);
});

test('all tags of a repository', async () => {
  const [one, two] = [
    await offer(stub(MIRROR), 'team/all', '1', [1000]),
    await offer(stub(MIRROR), 'team/all', '2', [2000]),
  ];
  const said = await pull('-a', 'r.test/team/all');
  assert.match(said, /Status: Downloaded newer image for r\.test\/team\/all\n/);
  assert.deepEqual([await idOf('r.test/team/all:1'), await idOf('r.test/team/all:2')], [one.id, two.id]);
});
