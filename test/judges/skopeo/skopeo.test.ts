/** skopeo's docker-daemon transport: images between the engine, archives and OCI layouts. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { command, must } from '../../harness/command.ts';
import { goBetween } from './go-between.ts';

const engine = (process.env.DOCKER_HOST ?? '').replace('unix://', '');
const path = `${engine}.skopeo`;
const host = `unix://${path}`;
let end = () => {};
before(async () => {
  end = await goBetween(path, engine);
});
after(() => end());

const skopeo = (...args: string[]) => must(['/usr/bin/skopeo', '--insecure-policy', ...args]);
const docker = async (...args: string[]): Promise<string> => (await must(['docker', ...args])).trim();

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('inspects an image of the engine', async () => {
  const text = await skopeo('inspect', '--daemon-host', host, 'docker-daemon:busybox:latest');
  const found: { Os: string; Layers: string[] } = JSON.parse(text);
  assert.equal(found.Os, 'linux');
  const layers = await docker('image', 'inspect', '--format', '{{join .RootFS.Layers " "}}', 'busybox');
  assert.deepEqual(found.Layers, layers.split(' '));
  const config: { architecture: string } = JSON.parse(
    await skopeo('inspect', '--config', '--daemon-host', host, 'docker-daemon:busybox:latest'),
  );
  assert.ok(config.architecture.length > 0);
});

test('copies from the engine to an OCI layout and back', async (t) => {
  const folder = await folderOf(t);
  await skopeo('copy', '--src-daemon-host', host, 'docker-daemon:busybox:latest', `oci:${folder}/oci:v1`);
  await skopeo('copy', '--dest-daemon-host', host, `oci:${folder}/oci:v1`, 'docker-daemon:sk-oci:v1');
  t.after(() => docker('rmi', '-f', 'sk-oci:v1'));
  assert.equal(await docker('run', '--rm', 'sk-oci:v1', 'echo', 'from oci'), 'from oci');
  const layers = (image: string) => docker('image', 'inspect', '--format', '{{.RootFS.Layers}}', image);
  assert.equal(await layers('sk-oci:v1'), await layers('busybox'));
});

test('copies between archives and the engine', async (t) => {
  const folder = await folderOf(t);
  const archive = `docker-archive:${folder}/box.tar`;
  await skopeo('copy', '--src-daemon-host', host, 'docker-daemon:busybox:latest', `${archive}:sk-box:v2`);
  assert.match(await skopeo('list-tags', archive), /sk-box:v2/);
  await skopeo('copy', '--dest-daemon-host', host, archive, 'docker-daemon:sk-box:v3');
  t.after(() => docker('rmi', '-f', 'sk-box:v3'));
  assert.equal(await docker('run', '--rm', 'sk-box:v3', 'echo', 'again'), 'again');
  assert.match(await docker('load', '-i', join(folder, 'box.tar')), /sk-box:v2/);
  await docker('rmi', 'sk-box:v2');
});

test('says what is not there', async () => {
  const result = await command([
    '/usr/bin/skopeo',
    'inspect',
    '--daemon-host',
    host,
    'docker-daemon:nowhere:v1',
  ]);
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /reference does not exist|No such image|no such image/i);
});
