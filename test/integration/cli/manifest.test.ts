/** `manifest`: what docker's client says, writes and pushes, ours says, writes and pushes. */
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { MODERN_CLIENT } from '../../harness/engine/daemon.ts';
import { provide } from '../../harness/engine/start.ts';
import { busyboxTar } from '../../harness/images/busybox.ts';
import { type MultiLayout, writeMultiLayout } from '../../harness/images/multi-layout.ts';
import { type RegistryPair, startPair } from '../../harness/registry/pair.ts';
import { words } from '../../harness/words.ts';

const programs = { docker: MODERN_CLIENT, minke: resolve(import.meta.dirname, '../../../bin/minke') };
type Program = keyof typeof programs;

let pair: RegistryPair;
let layout: MultiLayout;
let folder = '';

before(async () => {
  await provide('docker28');
  pair = await startPair();
  folder = pair.folder;
  layout = await writeMultiLayout(join(folder, 'layout'), ['amd64', 'arm64']);
  const archive = `docker-archive:${await busyboxTar()}:busybox:latest`;
  for (const port of [5000, 5001]) {
    await pair.copy(archive, `docker://localhost:${port}/team/box:v1`);
    await pair.copy('--all', `oci:${folder}/layout:multi`, `docker://localhost:${port}/team/multi:1`);
    for (const [architecture, digest] of layout.manifests)
      await pair.copy(
        `docker://localhost:${port}/team/multi@${digest}`,
        `docker://localhost:${port}/team/one:${architecture}`,
      );
  }
  for (const name of ['docker', 'minke']) await mkdir(join(folder, name), { recursive: true });
});

after(async () => {
  assert.deepEqual(await pair?.stop(), []);
});

const run = (program: Program, verb: string, ...args: string[]) =>
  pair.engine.inside([programs[program], '--config', join(folder, program), 'manifest', verb, ...args]);

/** Every file of the local lists, with what is in it. */
async function kept(program: Program): Promise<Map<string, string>> {
  const root = join(folder, program, 'manifests');
  const found = new Map<string, string>();
  for (const list of await readdir(root).catch(() => []))
    for (const name of await readdir(join(root, list)))
      found.set(`${list}/${name}`, await readFile(join(root, list, name), 'utf8'));
  return found;
}

/** The same line of both: status, output and files are equal. */
async function same(line: string): Promise<string> {
  const [, , verb = '', ...args] = words(line);
  const [docker, minke] = [await run('docker', verb, ...args), await run('minke', verb, ...args)];
  assert.equal(minke.stdout, docker.stdout, line);
  assert.equal(minke.stderr, docker.stderr, line);
  assert.equal(minke.code, docker.code, line);
  assert.deepEqual(await kept('minke'), await kept('docker'), line);
  return minke.stdout;
}

test('manifests and lists of a registry are shown alike', async () => {
  for (const port of [5000, 5001])
    for (const name of ['box:v1', 'multi:1', 'one:arm64', `multi@${layout.index}`, 'none:1']) {
      await same(`docker manifest inspect --insecure localhost:${port}/team/${name}`);
      await same(`docker manifest inspect --insecure -v localhost:${port}/team/${name}`);
    }
  assert.match(await same('docker manifest inspect --insecure localhost:5000/team/multi:1'), /image\.index/);
});

test('a list is made, changed, shown, pushed and removed alike', async () => {
  const [amd64, arm64] = ['localhost:5000/team/one:amd64', 'localhost:5000/team/one:arm64'];
  const list = 'localhost:5000/team/one:all';
  await same(`docker manifest create --insecure ${list} ${amd64}`);
  await same(`docker manifest create --insecure ${list} ${arm64}`);
  await same(`docker manifest create --insecure --amend ${list} ${arm64}`);
  await same(`docker manifest inspect --insecure ${list}`);
  await same(`docker manifest inspect --insecure -v ${list}`);
  await same(`docker manifest inspect --insecure ${list} ${arm64}`);
  await same(`docker manifest inspect --insecure -v ${list} ${arm64}`);
  await same(
    `docker manifest annotate --os linux --variant v8 --os-features a,b --os-version 6.1 ${list} ${arm64}`,
  );
  await same(`docker manifest annotate --arch pdp11 ${list} ${arm64}`);
  await same(`docker manifest annotate ${list} localhost:5000/team/none:1`);
  await same(`docker manifest inspect --insecure ${list}`);
  await same(`docker manifest inspect --insecure -v ${list} ${arm64}`);
  const pushed = (await same(`docker manifest push --insecure ${list}`)).trim();
  assert.match(pushed, /^sha256:[0-9a-f]{64}$/);
  await same(`docker manifest inspect --insecure ${list}`);
  await same(`docker manifest push --insecure --purge ${list}`);
  assert.match(await same(`docker manifest inspect --insecure ${list}`), /"variant": "v8"/);
  await same(`docker manifest push --insecure ${list}`);
  await same(`docker manifest rm ${list} localhost:5000/team/none`);
});

test('images of other repositories come along', async () => {
  for (const port of [5000, 5001]) {
    const list = `localhost:${port}/copies/both:1`;
    const from = `localhost:${port}/team/one`;
    await same(`docker manifest create --insecure ${list} ${from}:amd64 ${from}:arm64`);
    assert.match(
      await same(`docker manifest push --insecure -p ${list}`),
      /Pushed ref localhost:\d+\/copies\/both@sha256:/,
    );
    const index = await same(`docker manifest inspect --insecure ${list}`);
    for (const digest of layout.manifests.values()) assert.match(index, new RegExp(digest));
  }
  // Of images in Docker's form a list in Docker's form.
  const list = 'localhost:5001/copies/box:1';
  await same(`docker manifest create --insecure ${list} localhost:5001/team/box:v1`);
  await same(`docker manifest push --insecure ${list}`);
  assert.match(await same(`docker manifest inspect --insecure ${list}`), /manifest\.list\.v2/);
  await same(`docker manifest rm ${list}`);
});

test('mistakes are told alike', async () => {
  for (const line of [
    'docker manifest create --insecure localhost:5000/team/x:1 localhost:5000/team/none:1',
    'docker manifest create --insecure localhost:5000/team/x:1 localhost:5000/team/multi:1',
    'docker manifest create --insecure UPPER localhost:5000/team/one:amd64',
    'docker manifest annotate x UPPER',
    'docker manifest inspect --insecure a b',
    'docker manifest inspect --insecure UPPER',
    'docker manifest push --insecure localhost:5000/team/nothing:1',
    'docker manifest rm nothing UPPER',
  ])
    await same(line);
  await same('docker manifest create --insecure localhost:5001/team/x:1 localhost:5000/team/one:amd64');
  await same('docker manifest inspect --insecure localhost:5001/team/x:1');
  await same('docker manifest push --insecure localhost:5001/team/x:1');
  await same('docker manifest rm localhost:5001/team/x:1');
});

test('one client goes on where the other stopped', async () => {
  const list = 'localhost:5000/team/one:shared';
  const made = await run('docker', 'create', '--insecure', list, 'localhost:5000/team/one:amd64');
  assert.equal(made.code, 0, made.stderr);
  await cp(join(folder, 'docker/manifests'), join(folder, 'minke/manifests'), { recursive: true });
  await same(`docker manifest inspect --insecure -v ${list}`);
  await same(`docker manifest create --insecure -a ${list} localhost:5000/team/one:arm64`);
  await same(`docker manifest push --insecure -p ${list}`);
});
