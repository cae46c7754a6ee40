/** A stock docker client, our engine, and Debian's docker-registry. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { bigLayout } from '../../harness/images/oci-layout.ts';
import { makeAuthority } from '../../harness/registry/authority.ts';
import { type DockerRegistry, startRegistry } from '../../harness/registry/docker-registry.ts';
import { behindTerminal } from '../../harness/terminal.ts';
import { until } from '../../harness/until.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');

let engine: Engine;
let registry: DockerRegistry;
let folder = '';
let certs = '';
const REPO = 'localhost:5000/app';

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await engine.docker(args);
  return { code, stdout: stdout.trim(), stderr: stderr.trim() };
};
async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}
const idOf = (image: string): Promise<string> => docker('image', 'inspect', '--format', '{{.Id}}', image);
const remove = (...images: string[]) => docker('rmi', '-f', ...images);
const skopeo = (...args: string[]) =>
  engine.inside(['skopeo', '--insecure-policy', ...args], { timeout: 120_000 }).then((result) => {
    assert.equal(result.code, 0, result.stderr);
    return result.stdout;
  });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-tls-'));
  certs = join(folder, 'certs.d');
  await mkdir(certs);
  engine = await startEngine('minke', { flags: [`--registry-certs-dir=${certs}`] });
  registry = await startRegistry(engine, { port: 5000 });
  await loadBusybox(engine);
});
after(async () => {
  await registry?.stop();
  assert.deepEqual((await engine?.stop()) ?? [], []);
  await rm(folder, { recursive: true, force: true });
});

test('push, remove, pull, run: one image all the way', async () => {
  const id = await idOf('busybox');
  await docker('tag', 'busybox', `${REPO}:1`);
  const pushed = await docker('push', `${REPO}:1`);
  const digest = /1: digest: (sha256:[0-9a-f]{64}) size: \d+/.exec(pushed)?.[1];
  assert.ok(digest !== undefined, pushed);
  assert.match(await docker('push', `${REPO}:1`), /: Layer already exists/);
  await docker('tag', 'busybox', 'localhost:5000/other:1');
  assert.match(await docker('push', 'localhost:5000/other:1'), /: Mounted from app/);
  await remove('busybox', `${REPO}:1`, 'localhost:5000/other:1');
  assert.equal(await docker('images', '-q'), '');
  const pulled = await docker('pull', `${REPO}:1`);
  assert.match(pulled, /: Pull complete\n/);
  assert.ok(pulled.includes(`Digest: ${digest}\nStatus: Downloaded newer image for ${REPO}:1`));
  assert.equal(await idOf(`${REPO}:1`), id);
  assert.equal(await docker('run', '--rm', `${REPO}@${digest}`, 'echo', 'hi'), 'hi');
  assert.match(await docker('images', '--digests', REPO), new RegExp(String(digest)));
  await remove(`${REPO}:1`);
  assert.equal(await docker('run', '--rm', `${REPO}:1`, 'echo', 'pulled'), 'pulled');
  await docker('tag', `${REPO}:1`, 'busybox');
});

test('on a terminal, our command line shows the bytes of the whole', async () => {
  const layout = await bigLayout('small', { layers: 3, files: 5, fileBytes: 20_000 });
  await skopeo(
    'copy',
    '-q',
    '--dest-tls-verify=false',
    `oci:${layout}:big`,
    'docker://localhost:5000/shown:1',
  );
  const options = {
    env: { ...engine.env, TERM: 'xterm' },
    cwd: join(engine.dataRoot, '..'),
    timeout: 120_000,
  };
  const shown = await behindTerminal([minke, 'pull', 'localhost:5000/shown:1'], [], options);
  assert.equal(shown.code, 0, shown.stdout);
  assert.match(shown.stdout, /Total: .*\d+(?:\.\d+)?kB\/\d+(?:\.\d+)?kB/);
  assert.match(shown.stdout, /Status: Downloaded newer image for localhost:5000\/shown:1/);
  await remove('localhost:5000/shown:1');
});

test('skopeo sees what was pushed, and what it pushed is pulled with its digest', async () => {
  await docker('tag', 'busybox', `${REPO}:skopeo`);
  await docker('push', '-q', `${REPO}:skopeo`);
  const seen: { Digest: string; Layers: string[] } = JSON.parse(
    await skopeo('inspect', '--tls-verify=false', `docker://${REPO}:skopeo`),
  );
  assert.ok((await docker('image', 'inspect', `${REPO}:skopeo`)).includes(seen.Digest));
  const folder = join(engine.dataRoot, '../copied');
  await skopeo('copy', '-q', '--src-tls-verify=false', `docker://${REPO}:skopeo`, `dir:${folder}`);
  const layout = await bigLayout('small', { layers: 3, files: 5, fileBytes: 20_000 });
  await skopeo('copy', '-q', '--dest-tls-verify=false', `oci:${layout}:big`, 'docker://localhost:5000/oci:1');
  const manifest = await skopeo('inspect', '--raw', '--tls-verify=false', 'docker://localhost:5000/oci:1');
  await docker('pull', '-q', 'localhost:5000/oci:1');
  // Elsewhere, the same bytes.
  await docker('tag', 'localhost:5000/oci:1', 'localhost:5000/again:1');
  await docker('push', '-q', 'localhost:5000/again:1');
  assert.equal(
    await skopeo('inspect', '--raw', '--tls-verify=false', 'docker://localhost:5000/again:1'),
    manifest,
  );
  await remove('localhost:5000/oci:1', 'localhost:5000/again:1');
});

test('logins: refused, kept, used, forgotten; the password is nowhere', async () => {
  const marker = 'marker-of-the-password';
  const closed = await startRegistry(engine, { port: 5001, login: { username: 'ada', password: marker } });
  try {
    await docker('tag', 'busybox', 'localhost:5001/x:1');
    assert.match((await run('push', 'localhost:5001/x:1')).stderr, /^no basic auth credentials$/);
    const wrong = await engine.docker(['login', 'localhost:5001', '-u', 'ada', '--password-stdin'], {
      input: 'no',
    });
    assert.match(
      wrong.stderr,
      /login attempt to http:\/\/localhost:5001\/v2\/ failed with status: 401 Unauthorized/,
    );
    const right = await engine.docker(['login', 'localhost:5001', '-u', 'ada', '--password-stdin'], {
      input: marker,
    });
    assert.match(right.stdout, /Login Succeeded/);
    await docker('push', '-q', 'localhost:5001/x:1');
    await docker('logout', 'localhost:5001');
    assert.match(
      (await run('pull', 'localhost:5001/x:1')).stderr,
      /^Error response from daemon: Head "http:\/\/localhost:5001\/v2\/x\/manifests\/1": no basic auth credentials$/,
    );
    assert.ok(!(await engine.log()).includes(marker));
    await remove('localhost:5001/x:1');
  } finally {
    await closed.stop();
  }
});

test('kill -9 in the middle of a pull: what came is not fetched again', async () => {
  const layout = await bigLayout('kill', { layers: 4, files: 40, fileBytes: 250_000 });
  await skopeo(
    'copy',
    '-q',
    '--dest-tls-verify=false',
    `oci:${layout}:big`,
    'docker://localhost:5000/kill:1',
  );
  const incoming = join(engine.dataRoot, 'image/blobs/incoming');
  // The engine may be faster than the blow: then once more.
  await until('a pull to be killed in its middle', async () => {
    let over = false;
    const pulling = run('pull', 'localhost:5000/kill:1').finally(() => {
      over = true;
    });
    const begun = async () => over || (await readdir(incoming)).length > 0;
    await until('some bytes to have come', begun, { every: 1 });
    await engine.crash();
    const { code } = await pulling;
    const left = await readdir(incoming);
    await engine.up();
    if (code !== 0 && left.length > 0) return true;
    await run('rmi', '-f', 'localhost:5000/kill:1');
    return false;
  });
  assert.ok((await readdir(incoming)).length > 0);
  await docker('pull', '-q', 'localhost:5000/kill:1');
  assert.deepEqual(await readdir(incoming), []);
  const layers = JSON.parse(
    await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', 'localhost:5000/kill:1'),
  );
  assert.equal(layers.length, 4);
  await docker('save', '-o', join(engine.dataRoot, '../kill.tar'), 'localhost:5000/kill:1');
});

test('kill -9 in the middle of a push: the next try ends it', async () => {
  await docker('tag', 'localhost:5000/kill:1', 'localhost:5002/kill:1');
  const other = await startRegistry(engine, { port: 5002 });
  try {
    const pushing = run('push', 'localhost:5002/kill:1');
    const repositories = join(engine.dataRoot, '../registry-5002/data/docker/registry/v2/repositories');
    await until(
      'the push to have begun',
      async () => (await readdir(repositories).catch(() => [])).length > 0,
      { every: 1 },
    );
    await engine.crash();
    await pushing;
    await engine.up();
    const digest = /digest: (sha256:[0-9a-f]+)/.exec(await docker('push', 'localhost:5002/kill:1'))?.[1];
    const id = await idOf('localhost:5002/kill:1');
    await remove('localhost:5000/kill:1', 'localhost:5002/kill:1');
    await docker('pull', '-q', `localhost:5002/kill@${digest}`);
    assert.equal(await idOf(`localhost:5002/kill@${digest}`), id);
    await remove(`localhost:5002/kill@${digest}`);
  } finally {
    await other.stop();
  }
});

test('TLS: an unknown authority is refused, certs.d makes it known, client certificates are shown', async () => {
  const authority = await makeAuthority(join(certs, '../authority'));
  const server = await authority.issue('server', 'subjectAltName=IP:203.0.113.7');
  const client = await authority.issue('client', 'extendedKeyUsage=clientAuth');
  await must(['ip', '-n', engine.netns, 'addr', 'add', '203.0.113.7/32', 'dev', 'lo']);
  const closed = await startRegistry(engine, {
    port: 5003,
    address: '203.0.113.7',
    tls: { certificate: server.cert, key: server.key, clientCas: [authority.ca] },
  });
  try {
    const image = '203.0.113.7:5003/x:1';
    await docker('tag', 'busybox', image);
    const push = async () => (await run('push', '-q', image)).stderr;
    assert.match(
      await push(),
      /^Get "https:\/\/203.0.113.7:5003\/v2\/": .*certificate signed by unknown authority$/,
    );
    const folder = join(certs, '203.0.113.7:5003');
    await mkdir(folder);
    await copyFile(authority.ca, join(folder, 'ca.crt'));
    assert.match(await push(), /certificate required|bad certificate|EOF/i);
    await copyFile(client.cert, join(folder, 'client.cert'));
    assert.match(await push(), /missing key client.key for client certificate client.cert/);
    await copyFile(client.key, join(folder, 'client.key'));
    await docker('push', '-q', image);
    await remove(image);
  } finally {
    await closed.stop();
  }
});
