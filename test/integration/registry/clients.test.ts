/** Clients that others wrote, and Debian's docker-registry on the same folder. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import { command, must } from '../../harness/command.ts';
import type { EngineName } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { busyboxTar, loadBusybox } from '../../harness/images/busybox.ts';
import { freePort } from '../../harness/network/free-port.ts';
import {
  type Answer,
  type Ask,
  type AskOptions,
  asker,
  beginUpload,
  manifestOf,
  pushBlob,
  pushImage,
  putManifest,
  types,
} from '../../harness/registry/ask.ts';
import { type RegistryProcess, startRegistryProcess } from '../../harness/registry/process.ts';
import { until } from '../../harness/until.ts';

const SKOPEO = '/usr/bin/skopeo';
const PODMAN = '/usr/bin/podman';
const PEER = '/usr/bin/docker-registry';
const lacking = (path: string): string | false => (existsSync(path) ? false : `${path} is not there`);

let base = '';
const registries: RegistryProcess[] = [];
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'registry-clients-'));
});
after(async () => {
  for (const registry of registries) await registry.end();
  await rm(base, { recursive: true, force: true });
});

async function start(
  name: string,
  options: { config?: object; behind?: readonly string[]; listen?: string } = {},
): Promise<RegistryProcess> {
  const registry = await startRegistryProcess({ root: join(base, name), ...options });
  registries.push(registry);
  return registry;
}

/** Debian's docker-registry over a folder. */
async function startPeer(root: string): Promise<{ address: string; end(): Promise<void> }> {
  const port = await freePort();
  const config = `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${root}}, delete: {enabled: true}}\nhttp: {addr: 127.0.0.1:${port}}\n`;
  const file = join(base, `peer-${port}.yml`);
  await writeFile(file, config);
  await mkdir(root, { recursive: true });
  const child: ChildProcess = spawn(PEER, ['serve', file], { stdio: 'ignore' });
  const address = `127.0.0.1:${port}`;
  const { ask, close } = asker(address);
  await until('docker-registry to answer', async () => {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with status ${child.exitCode}`);
    return (await ask('GET', '/v2/').catch(() => null))?.status === 200;
  });
  close();
  return {
    address,
    end: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

test('skopeo copies to it, from it and between, and finds what it put', {
  skip: lacking(SKOPEO),
}, async () => {
  const { address, ask } = await start('skopeo');
  const skopeo = (...args: string[]) => must([SKOPEO, '--insecure-policy', ...args]);
  const archive = `docker-archive:${await busyboxTar()}:busybox:latest`;
  await skopeo('copy', '--dest-tls-verify=false', archive, `docker://${address}/team/busybox:v1`);
  await skopeo(
    'copy',
    '--dest-tls-verify=false',
    '--format=oci',
    archive,
    `docker://${address}/team/busybox:oci`,
  );
  const mounted = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  await skopeo('copy', ...mounted, `docker://${address}/team/busybox:v1`, `docker://${address}/other/box:v2`);
  await skopeo('copy', '--src-tls-verify=false', `docker://${address}/other/box:v2`, `oci:${base}/layout:v2`);
  await skopeo('copy', '--dest-tls-verify=false', `oci:${base}/layout:v2`, `docker://${address}/back/box:v3`);
  const tags: { Tags: string[] } = JSON.parse(
    await skopeo('list-tags', '--tls-verify=false', `docker://${address}/team/busybox`),
  );
  assert.deepEqual(tags.Tags, ['oci', 'v1']);
  const inspected: { Digest: string } = JSON.parse(
    await skopeo('inspect', '--tls-verify=false', `docker://${address}/team/busybox:v1`),
  );
  assert.equal(
    (await ask('HEAD', '/v2/team/busybox/manifests/v1')).headers['docker-content-digest'],
    inspected.Digest,
  );
  await skopeo('delete', '--tls-verify=false', `docker://${address}/team/busybox:oci`);
  assert.equal((await ask('HEAD', '/v2/team/busybox/manifests/oci')).status, 404);
});

test('skopeo logs in by tokens', { skip: lacking(SKOPEO) }, async () => {
  const port = await freePort();
  const users = join(base, 'htpasswd');
  await writeFile(users, `alice:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n`); // U*U
  const { address } = await start('tokens', {
    listen: `127.0.0.1:${port}`,
    config: {
      url: `http://127.0.0.1:${port}`,
      auth: {
        htpasswd: { path: users },
        token: { signingKey: join(base, 'signing.pem') },
        access: [
          { users: ['alice'], actions: ['pull', 'push', 'delete'] },
          { anonymous: true, repositories: 'public/**', actions: ['pull'] },
        ],
      },
    },
  });
  const archive = `docker-archive:${await busyboxTar()}:busybox:latest`;
  const copy = (to: string, ...flags: string[]) =>
    command([
      SKOPEO,
      '--insecure-policy',
      'copy',
      '--dest-tls-verify=false',
      ...flags,
      archive,
      `docker://${address}/${to}`,
    ]);
  assert.notEqual((await copy('public/box:v1')).code, 0);
  assert.notEqual((await copy('public/box:v1', '--dest-creds=alice:wrong')).code, 0);
  assert.equal((await copy('public/box:v1', '--dest-creds=alice:U*U')).code, 0);
  assert.equal((await copy('private/box:v1', '--dest-creds=alice:U*U')).code, 0);
  const inspect = (name: string) =>
    command([SKOPEO, 'inspect', '--no-creds', '--tls-verify=false', `docker://${address}/${name}`]);
  assert.equal((await inspect('public/box:v1')).code, 0);
  assert.notEqual((await inspect('private/box:v1')).code, 0);
});

test('podman pushes to it and pulls from it', { skip: lacking(PODMAN) }, async () => {
  const { address } = await start('podman');
  const roots = ['--root', join(base, 'p-root'), '--runroot', join(base, 'p-run'), '--storage-driver', 'vfs'];
  const podman = (...args: string[]) => must([PODMAN, ...roots, ...args]);
  await podman('load', '-i', await busyboxTar());
  await podman('push', '--tls-verify=false', 'busybox', `docker://${address}/podman/box:v1`);
  await podman('rmi', '-a', '-f');
  await podman('pull', '--tls-verify=false', `${address}/podman/box:v1`);
  assert.match(await podman('images'), /podman\/box/);
  await podman('rmi', '-a', '-f');
});

/** A docker daemon pushes and pulls, its own image again with the same id; the registry is in its namespace. */
async function dockerJudges(name: EngineName): Promise<void> {
  const engine = await startEngine(name);
  try {
    await loadBusybox(engine);
    const behind = ['nsenter', `--net=/run/netns/${engine.netns}`];
    const { address } = await start(name, { behind, listen: '127.0.0.1:5000' });
    const docker = async (...args: string[]): Promise<string> => {
      const result = await engine.docker(args);
      assert.equal(result.code, 0, `${name}: docker ${args.join(' ')}: ${result.stderr}`);
      return result.stdout.trim();
    };
    const id = await docker('image', 'inspect', '--format', '{{.Id}}', 'busybox');
    for (const repository of ['team/box', 'other/box']) {
      await docker('tag', 'busybox', `${address}/${repository}:v1`);
      await docker('push', `${address}/${repository}:v1`);
      await docker('rmi', `${address}/${repository}:v1`);
    }
    await docker('rmi', '-f', 'busybox');
    await docker('pull', `${address}/team/box:v1`);
    assert.equal(await docker('image', 'inspect', '--format', '{{.Id}}', `${address}/team/box:v1`), id);
    assert.equal(
      await docker('run', '--rm', '--network', 'none', `${address}/team/box:v1`, 'echo', 'pulled'),
      'pulled',
    );
    await docker('pull', '-a', `${address}/other/box`);
  } finally {
    for (const registry of registries.splice(0)) await registry.end();
    await engine.stop();
  }
}

test('Docker 28 pushes to it and pulls from it', () => dockerJudges('docker28'));
test('Docker 20 pushes to it and pulls from it', () => dockerJudges('docker20'));

/** What a client can see of an answer, ids and dates aside. */
function shown(answer: Answer, names: readonly string[]): object {
  const headers = Object.fromEntries(
    names.map((name) => [
      name,
      String(answer.headers[name] ?? '')
        .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
        .replace(/^https?:\/\/[^/]+/, '')
        .replace(/\?.*$/, ''),
    ]),
  );
  return { status: answer.status, code: answer.code, ...headers };
}

test('answers as docker-registry does: status, code, headers', { skip: lacking(PEER) }, async () => {
  const ours = await start('compared');
  const peer = await startPeer(join(base, 'peer'));
  const theirs = asker(peer.address);
  try {
    const headers = [
      'content-type',
      'content-length',
      'docker-content-digest',
      'docker-distribution-api-version',
      'etag',
      'range',
      'location',
      'link',
      'accept-ranges',
      'content-range',
    ];
    const same = async (
      what: string,
      run: (ask: Ask) => Promise<Answer>,
      but: readonly string[] = [],
    ): Promise<void> => {
      const names = headers.filter((name) => !but.includes(name));
      // Bodies of errors differ in their details, so does their length.
      const errors = names.filter((name) => name !== 'content-length');
      const [mine, other] = [await run(ours.ask), await run(theirs.ask)];
      const list = mine.status >= 400 || other.status >= 400 ? errors : names;
      assert.deepEqual(shown(mine, list), shown(other, list), what);
    };
    for (const ask of [ours.ask, theirs.ask]) {
      for (const tag of ['v1', 'v2', 'v3']) {
        const location = async (content: string): Promise<void> => {
          const begun = (await ask('POST', '/v2/a/b/blobs/uploads/')).headers.location ?? '';
          const url = new URL(begun, 'http://x');
          url.searchParams.set('digest', sha256(content));
          assert.equal((await ask('PUT', `${url.pathname}${url.search}`, { body: content })).status, 201);
        };
        await location('{}');
        await location(`layer ${tag}`);
        assert.equal((await putManifest(ask, 'a/b', tag, manifestOf('{}', [`layer ${tag}`]))).status, 201);
      }
    }
    const digest = sha256('layer v1');
    const manifest = manifestOf('{}', ['layer v1']);
    const accept = { headers: { accept: types.manifest } };
    const plain = (method: string, path: string, options?: AskOptions) => (ask: Ask) =>
      ask(method, path, options);
    await same('base', plain('GET', '/v2/'), ['content-length']);
    await same('blob', plain('GET', `/v2/a/b/blobs/${digest}`));
    await same('blob head', plain('HEAD', `/v2/a/b/blobs/${digest}`));
    await same('blob range', plain('GET', `/v2/a/b/blobs/${digest}`, { headers: { range: 'bytes=2-4' } }));
    await same('no such blob', plain('GET', `/v2/a/b/blobs/${sha256('x')}`));
    await same('bad digest', plain('GET', '/v2/a/b/blobs/sha256:abc'), ['docker-distribution-api-version']);
    await same('manifest', plain('GET', '/v2/a/b/manifests/v1', accept));
    await same('manifest head', plain('HEAD', '/v2/a/b/manifests/v1', accept));
    await same('manifest by digest', plain('GET', `/v2/a/b/manifests/${sha256(manifest)}`, accept));
    await same('no such tag', plain('GET', '/v2/a/b/manifests/nope', accept));
    await same('tags', plain('GET', '/v2/a/b/tags/list'), ['content-length']);
    await same('no such repository', plain('GET', '/v2/never/tags/list'));
    await same('catalogue', plain('GET', '/v2/_catalog?n=1'), ['content-length', 'link']);
    await same('upload', plain('POST', '/v2/a/b/blobs/uploads/'));
    await same('mount', plain('POST', `/v2/c/blobs/uploads/?mount=${digest}&from=a/b`));
    await same('mount of nothing', plain('POST', `/v2/c/blobs/uploads/?mount=${sha256('x')}&from=a/b`));
    await same('manifest put', (ask) => putManifest(ask, 'a/b', 'v9', manifest));
    await same('manifest that is none', (ask) => putManifest(ask, 'a/b', 'v9', Buffer.from('{')));
    await same('delete blob', plain('DELETE', `/v2/c/blobs/${digest}`));
    await same('delete manifest', plain('DELETE', `/v2/a/b/manifests/${sha256(manifest)}`));
    await same('delete it again', plain('DELETE', `/v2/a/b/manifests/${sha256(manifest)}`));
    await same('cancel', async (ask) => {
      const begun = new URL((await ask('POST', '/v2/a/b/blobs/uploads/')).headers.location ?? '', 'http://x');
      return ask('DELETE', `${begun.pathname}${begun.search}`);
    });
  } finally {
    theirs.close();
    await peer.end();
  }
});

test('the folder of one is served by the other, both ways', { skip: lacking(PEER) }, async () => {
  const root = join(base, 'shared');
  let ours = await start('shared');
  const { bytes, digest } = await pushImage(ours.ask, 'from/ours', 'v1', 'made here');
  await beginUpload(ours.ask, 'from/ours');
  await ours.end();
  const peer = await startPeer(root);
  const theirs = asker(peer.address);
  const accept = { headers: { accept: types.manifest } };
  const pulled = await theirs.ask('GET', '/v2/from/ours/manifests/v1', accept);
  assert.equal(pulled.headers['docker-content-digest'], digest);
  assert.ok(pulled.body.equals(bytes));
  assert.equal(
    (await theirs.ask('GET', `/v2/from/ours/blobs/${sha256('made here')}`)).body.toString(),
    'made here',
  );
  assert.deepEqual((await theirs.ask('GET', '/v2/_catalog')).json(), { repositories: ['from/ours'] });
  for (const content of ['{}', 'made there']) {
    const begun = new URL(
      (await theirs.ask('POST', '/v2/from/theirs/blobs/uploads/')).headers.location ?? '',
      'http://x',
    );
    begun.searchParams.set('digest', sha256(content));
    assert.equal(
      (await theirs.ask('PUT', `${begun.pathname}${begun.search}`, { body: content })).status,
      201,
    );
  }
  const other = manifestOf('{}', ['made there']);
  assert.equal((await putManifest(theirs.ask, 'from/theirs', 'v2', other)).status, 201);
  theirs.close();
  await peer.end();
  ours = await start('shared');
  const back = await ours.ask('GET', '/v2/from/theirs/manifests/v2');
  assert.ok(back.body.equals(other));
  assert.equal(
    (await ours.ask('GET', `/v2/from/theirs/blobs/${sha256('made there')}`)).body.toString(),
    'made there',
  );
  assert.deepEqual((await ours.ask('GET', '/v2/_catalog')).json(), {
    repositories: ['from/ours', 'from/theirs'],
  });
  await pushBlob(ours.ask, 'from/theirs', 'more');
});
