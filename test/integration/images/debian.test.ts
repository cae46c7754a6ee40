/** An image out of Debian's packages runs on real Docker and on ours; the second making costs nothing. */
import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, test } from 'node:test';
import { makeDebian } from '../../../src/cli/image-make/debian.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { until } from '../../harness/until.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');
const folder = await mkdtemp(join(tmpdir(), 'minke-debian-test-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Where the command looks, too. */
const cache = join(folder, 'minke/images');

async function make(name: string): Promise<string> {
  const tar = join(folder, `${name}.tar`);
  const archive = await makeDebian({
    packages: ['nginx'],
    tag: 'web:test',
    changes: ['LABEL made=yes'],
    cache,
    maxAge: 3600,
  });
  await pipeline(archive, createWriteStream(tar));
  return tar;
}

/** What the cache holds, each file by its inode: a layer that is made anew has another. */
async function madeFiles(): Promise<string[]> {
  const names = (await readdir(cache, { recursive: true })).toSorted();
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(cache, name))).ino}`));
}

test('nginx', { timeout: 600_000 }, async () => {
  const tar = await make('first');
  const kept = await madeFiles();
  await make('second');
  assert.deepEqual(await madeFiles(), kept, 'the layer was kept');
  const engine = await startEngine('docker28');
  try {
    const docker = async (...args: string[]): Promise<string> => {
      const result = await engine.docker(args);
      assert.equal(result.code, 0, result.stderr);
      return result.stdout.trim();
    };
    assert.equal(await docker('load', '-i', tar), 'Loaded image: web:test');
    assert.equal(
      await docker('inspect', '-f', '{{.Config.Labels.made}} {{.Config.ExposedPorts}}', 'web:test'),
      'yes map[80/tcp:{}]',
    );
    await docker('run', '-d', '--name', 'web', 'web:test');
    const ip = await docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', 'web');
    const page = async (): Promise<string> =>
      (await engine.inside(['curl', '-s', '-m', '20', `http://${ip}/`])).stdout;
    await until('the page', async () => (await page()).includes('Welcome to nginx!'));
    await until('the log line', async () => (await docker('logs', 'web')).includes('GET / HTTP/1.1'));
    await docker('rm', '-f', 'web');
  } finally {
    await engine.stop();
  }
});

test('by the command, which loads it or writes it down', { timeout: 600_000 }, async () => {
  await make('by-function');
  const kept = await madeFiles();
  const engine = await startEngine('minke');
  try {
    const run = (client: string, ...args: string[]) =>
      engine.docker(args, { client, env: { ...engine.env, XDG_CACHE_HOME: folder } });
    const of = ['image', 'make', 'debian', '--packages', 'nginx', '-q'];
    const made = await run(minke, ...of, '-t', 'web:made', '-c', 'LABEL made=yes');
    assert.deepEqual([made.code, made.stdout], [0, 'Loaded image: web:made\n'], made.stderr);
    const written = join(folder, 'written.tar');
    assert.equal((await run(minke, ...of, '-t', 'web:made', '-c', 'LABEL made=yes', '-o', written)).code, 0);
    assert.deepEqual(await madeFiles(), kept, 'the layer was kept');
    // The same input has the same id.
    const id = await run(engine.client, 'inspect', '-f', '{{.Id}}', 'web:made');
    const again = await run(engine.client, 'load', '-q', '-i', written);
    assert.equal(again.stdout, 'Loaded image: web:made\n', again.stderr);
    assert.equal((await run(engine.client, 'inspect', '-f', '{{.Id}}', 'web:made')).stdout, id.stdout);
    const version = await run(engine.client, 'run', '--rm', 'web:made', 'nginx', '-v');
    assert.match(version.stderr, /^nginx version: /);
    for (const [args, words] of [
      [['fedora'], /images can be made of debian only, not of "fedora"/],
      [['debian', '--packages', 'a;b'], /not a package name: "a;b"/],
    ] as const) {
      const refused = await run(minke, 'image', 'make', ...args);
      assert.deepEqual([refused.code, refused.stdout], [1, '']);
      assert.match(refused.stderr, words);
    }
  } finally {
    assert.deepEqual(await engine.stop(), []);
  }
});
