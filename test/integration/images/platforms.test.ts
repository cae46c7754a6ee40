/** A name for several platforms: pulled, shown, saved, loaded and pushed, with the index's digest all the way. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { sha256 } from '../../../src/wire/digest.ts';
import { must } from '../../harness/command.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { type MultiLayout, writeMultiLayout } from '../../harness/images/multi-layout.ts';
import { type RegistryPair, startPair } from '../../harness/registry/pair.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');
const native = process.arch === 'arm64' ? 'arm64' : 'amd64';
const foreign = native === 'amd64' ? 'arm64' : 'amd64';

let engine: Engine;
let pair: RegistryPair;
let layout: MultiLayout;
let folder = '';

before(async () => {
  pair = await startPair();
  ({ engine, folder } = pair);
  layout = await writeMultiLayout(join(folder, 'layout'), [native, foreign]);
  await pair.copy('--all', `oci:${folder}/layout:multi`, 'docker://localhost:5000/team/multi:1');
});

after(async () => {
  assert.deepEqual(await pair?.stop(), []);
});

const docker = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await engine.docker(args);
  assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};

const digestOf = async (name: string): Promise<string> => sha256(await pair.manifest(name));

const idOf = (name: string, ...flags: string[]): Promise<string> =>
  docker('image', 'inspect', '--format', '{{.Id}}', ...flags, name);

const NAME = 'localhost:5000/team/multi:1';

test('a second platform joins the first under one name', async () => {
  await docker('pull', NAME);
  await docker('pull', '--platform', `linux/${foreign}`, NAME);
  assert.equal(await idOf(NAME), layout.ids.get(native));
  assert.equal(await idOf(NAME, '--platform', `linux/${foreign}`), layout.ids.get(foreign));
  assert.equal((await docker('images', '-q')).split('\n').length, 1);
  assert.match(
    await docker('history', '--no-trunc', '--platform', `linux/${foreign}`, NAME),
    new RegExp(foreign),
  );
  const tree = await docker('image', 'ls', '--tree');
  for (const architecture of [native, foreign]) assert.match(tree, new RegExp(`─ linux/${architecture}`));
  const id = await docker('create', '--platform', `linux/${foreign}`, NAME);
  assert.equal(await docker('inspect', '--format', '{{.Image}}', id), layout.ids.get(foreign));
  const kept = await engine.docker(['rmi', NAME]);
  assert.match(kept.stderr, /is using its referenced image/);
  await docker('rm', id);
});

test('what is pushed has the digest that it was pulled with', async () => {
  await docker('tag', NAME, 'localhost:5001/copy/multi:2');
  const said = await docker('push', 'localhost:5001/copy/multi:2');
  assert.match(said, new RegExp(`2: digest: ${layout.index} size: `));
  assert.equal(await digestOf('localhost:5001/copy/multi:2'), layout.index);
  const both = await pair.copy('--all', 'docker://localhost:5001/copy/multi:2', `dir:${folder}/back`);
  assert.match(both, /Copying 2 of 2 images/);
  await docker('push', '--platform', `linux/${foreign}`, 'localhost:5001/copy/multi:2');
  assert.equal(await digestOf('localhost:5001/copy/multi:2'), layout.manifests.get(foreign));
});

test('an archive carries both platforms to another name and keeps the digest', async () => {
  const archive = join(folder, 'multi.tar');
  await docker('save', '-o', archive, NAME);
  await docker('rmi', NAME, 'localhost:5001/copy/multi:2');
  assert.equal(await docker('images', '-aq'), '');
  assert.match(await docker('load', '-i', archive), new RegExp(`Loaded image: ${NAME}`));
  assert.equal(await idOf(NAME, '--platform', `linux/${foreign}`), layout.ids.get(foreign));
  await docker('tag', NAME, 'localhost:5001/third/multi:3');
  await docker('push', 'localhost:5001/third/multi:3');
  assert.equal(await digestOf('localhost:5001/third/multi:3'), layout.index);
  // Others read it, too: skopeo the index, Docker the image for its machine.
  await pair.copy('--all', `oci-archive:${archive}`, `dir:${folder}/skopeo`);
  const peer = await startEngine('docker28');
  try {
    const { code, stderr } = await peer.docker(['load', '-i', archive]);
    assert.equal(code, 0, stderr);
    const { stdout } = await peer.docker(['image', 'inspect', '--format', '{{.Id}}', NAME]);
    assert.equal(stdout.trim(), layout.ids.get(native));
  } finally {
    assert.deepEqual(await peer.stop(), []);
  }
  await docker('rmi', NAME, 'localhost:5001/third/multi:3');
  await docker('load', '--platform', `linux/${foreign}`, '-i', archive);
  assert.equal(await idOf(NAME), layout.ids.get(foreign));
  await docker('rmi', NAME);
});

test('an archive of others with several platforms is loaded whole', async () => {
  const archive = join(folder, 'theirs.tar');
  await pair.copy('--all', 'docker://localhost:5000/team/multi:1', `oci-archive:${archive}:${NAME}`);
  await docker('load', '-i', archive);
  assert.equal(await idOf(NAME), layout.ids.get(native));
  await docker('push', NAME);
  assert.equal(await digestOf(NAME), layout.index);
});

test('what is not whole goes as one image, and both clients say so', async () => {
  await writeMultiLayout(join(folder, 'three'), [native, foreign, 's390x']);
  await pair.copy('--all', `oci:${folder}/three:multi`, 'docker://localhost:5000/team/three:1');
  const three = 'localhost:5000/team/three:1';
  await docker('pull', three);
  await docker('pull', '--platform', `linux/${foreign}`, three);
  await docker('tag', three, 'localhost:5001/team/three:1');
  for (const flags of [[], ['--platform', `linux/${foreign}`], ['--quiet']]) {
    const line = ['push', ...flags, 'localhost:5001/team/three:1'];
    // The first one sends; the other two find everything there, and say the same.
    await docker(...line);
    const theirs = await docker(...line);
    const ours = await must([minke, '-H', `unix://${engine.socket}`, ...line]);
    // Docker's client colours digests where nobody looks, too.
    const plain = (text: string): string => text.replaceAll(/\x1b\[\d+m/g, '').trim();
    const sorted = (text: string): string[] => plain(text).split('\n').sort();
    assert.deepEqual(sorted(ours), sorted(theirs));
    if (!flags.includes('--platform')) assert.match(ours, /Not all multiplatform-content is present/);
  }
  await docker('rmi', three, 'localhost:5001/team/three:1');
});

test('one platform goes, the name stays for the other', async () => {
  await docker('image', 'rm', '--platform', `linux/${native}`, NAME);
  assert.equal(await idOf(NAME), layout.ids.get(foreign));
  const { code, stdout } = await engine.docker(['push', NAME]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`digest: ${layout.manifests.get(foreign)}`));
  await docker('rmi', NAME);
  assert.equal(await docker('images', '-aq'), '');
});
