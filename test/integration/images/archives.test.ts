/** Archives travel between Docker's versions and ours in every direction, and images keep their ids. */
import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import type { Engine, EngineName } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { Disk, loaded, startImages } from '../../harness/images/memory-service.ts';
import { openGround } from '../storage/ground.ts';

const engines = new Map<EngineName, Engine>();
let folder = '';

const engineOf = (name: EngineName): Engine => {
  const engine = engines.get(name);
  assert.ok(engine);
  return engine;
};

async function docker(name: EngineName, ...args: string[]): Promise<string> {
  const result = await engineOf(name).docker(args);
  assert.equal(result.code, 0, `${name} docker ${args.join(' ')}: ${result.stderr}`);
  return result.stdout.trim();
}

const idOf = (name: EngineName, image: string): Promise<string> =>
  docker(name, 'image', 'inspect', '--format', '{{.Id}}', image);

/** Two images that share a layer, one of them with two tags; made by commit, as there is no registry. */
async function makeImages(name: EngineName): Promise<void> {
  await loadBusybox(engineOf(name));
  await docker(
    name,
    'run',
    '--name',
    'maker',
    '--network',
    'none',
    'busybox',
    'sh',
    '-c',
    'echo hi >/made; rm /etc/group; mkdir /d; chmod 700 /d; ln -s made /l',
  );
  await docker(name, 'commit', '--change', 'ENV MADE=yes', '--change', 'LABEL by=test', 'maker', 'made:1');
  await docker(name, 'tag', 'made:1', 'localhost:5000/made:also');
  await docker(name, 'rm', 'maker');
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minke-archives-'));
  for (const name of ['docker20', 'docker28'] as const) {
    engines.set(name, await startEngine(name));
    await makeImages(name);
  }
});

after(async () => {
  for (const engine of engines.values()) await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

const names = ['busybox:latest', 'made:1', 'localhost:5000/made:also'];

for (const name of ['docker20', 'docker28'] as const) {
  test(`what ${name} saves we load, and what we save of it both Dockers load`, async (context) => {
    const theirs = join(folder, `${name}.tar`);
    await docker(name, 'save', '-o', theirs, ...names);
    const { storage } = await openGround(context, 'overlay2');
    const { images } = await startImages(new Disk(storage));
    const said = await loaded(images, await readFile(theirs));
    assert.deepEqual(said.toSorted(), names.map((tag) => `Loaded image: ${tag}`).toSorted());
    for (const tag of names) assert.equal((await images.resolve(tag)).id, await idOf(name, tag), tag);

    const ours = join(folder, `${name}-ours.tar`);
    await pipeline(await images.save(names), createWriteStream(ours));
    for (const judge of engines.keys()) {
      const wanted = await Promise.all(names.map((tag) => idOf(name, tag)));
      const present = await docker(judge, 'images', '-q', '--no-trunc');
      if (present !== '') await docker(judge, 'rmi', '-f', ...new Set(present.split('\n')));
      const answer = await docker(judge, 'load', '-i', ours);
      for (const tag of names) assert.ok(answer.includes(`Loaded image: ${tag}`), answer);
      assert.deepEqual(await Promise.all(names.map((tag) => idOf(judge, tag))), wanted);
      assert.equal(await docker(judge, 'run', '--rm', '--network', 'none', 'made:1', 'cat', '/l'), 'hi');
    }
  });

  test(`inspect and history tell what ${name} tells`, async (context) => {
    const archive = join(folder, `${name}-inspect.tar`);
    await docker(name, 'save', '-o', archive, 'made:1');
    const { storage } = await openGround(context, 'overlay2');
    const { images } = await startImages(new Disk(storage));
    await loaded(images, await readFile(archive));
    const theirs = (await engineOf(name).api('GET', '/v1.41/images/made:1/json')).json;
    const ours = await images.inspect('made:1');
    assert.ok(typeof theirs === 'object' && theirs !== null);
    for (const key of [
      'Id',
      'Comment',
      'Created',
      'Author',
      'Architecture',
      'Os',
      'RootFS',
      'Size',
      'DockerVersion',
    ]) {
      assert.deepEqual(Reflect.get(ours, key), Reflect.get(theirs, key), key);
    }
    const config: object = Reflect.get(theirs, 'Config');
    for (const [key, value] of Object.entries(ours.Config ?? {})) {
      assert.deepEqual(JSON.parse(JSON.stringify(value)), Reflect.get(config, key), key);
    }
    const history = (await engineOf(name).api('GET', '/v1.41/images/made:1/history')).json;
    assert.ok(Array.isArray(history));
    // Parents are not known to whom loaded the child alone.
    const plain = (step: object): object => ({ ...step, Id: '', Tags: null });
    assert.deepEqual((await images.history('made:1')).map(plain), history.map(plain));
  });
}
