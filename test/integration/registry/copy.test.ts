/** Images from engine to engine, without a registry: only the layers that the other one lacks. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command, must } from '../../harness/command.ts';
import type { Engine, EngineName } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { writeMultiLayout } from '../../harness/images/multi-layout.ts';

const minke = resolve(import.meta.dirname, '../../../bin/minke');

async function docker(engine: Engine, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(args);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}
const idOf = (engine: Engine, image: string): Promise<string> =>
  docker(engine, 'image', 'inspect', '--format', '{{.Id}}', image);

for (const far of ['minke', 'docker28'] as const satisfies readonly EngineName[])
  test(`to ${far}`, async () => {
    const [here, there] = [await startEngine('minke'), await startEngine(far)];
    try {
      await loadBusybox(here);
      await loadBusybox(there);
      await docker(here, 'run', '--name', 'box', 'busybox', 'sh', '-c', 'echo content > /added');
      await docker(here, 'commit', 'box', 'made:1');
      const push = (...args: string[]) =>
        command([minke, '-H', `unix://${here.socket}`, 'image', 'push', ...args], {
          env: here.env,
          cwd: join(here.dataRoot, '..'),
        });
      const pushed = await push(`unix://${there.socket}`, 'made:1');
      assert.equal(pushed.code, 0, pushed.stderr);
      assert.match(pushed.stdout, /Loaded image: made:1/);
      assert.equal(await idOf(there, 'made:1'), await idOf(here, 'made:1'));
      assert.equal(await docker(there, 'run', '--rm', 'made:1', 'cat', '/added'), 'content');
      assert.equal((await push(`unix://${there.socket}`)).code, 1);
      assert.match((await push('elsewhere', 'made:1')).stderr, /is no address of an engine/);
      assert.match((await push(`unix://${there.socket}`, 'none:1')).stderr, /No such image: none:1/);
    } finally {
      assert.deepEqual([...(await here.stop()), ...(await there.stop())], []);
    }
  });

test('several platforms go under the digest of their index, without the layers that are there', async () => {
  const [here, there] = [await startEngine('minke'), await startEngine('minke')];
  try {
    const folder = join(here.dataRoot, '..');
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
    const native = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const layout = await writeMultiLayout(join(folder, 'layout'), [native, other]);
    const index = join(folder, 'layout/index.json');
    await writeFile(index, (await readFile(index, 'utf8')).replace('"multi"', '"multi:1"'));
    await must(['tar', '-C', join(folder, 'layout'), '-cf', join(folder, 'layout.tar'), '.']);
    await docker(here, 'load', '-i', join(folder, 'layout.tar'));
    const name = `multi@${layout.index}`;
    await docker(here, 'tag', layout.ids.get(native) ?? '', 'single:1');
    const push = async (image: string): Promise<string> => {
      const to = [minke, '-H', `unix://${here.socket}`, 'image', 'push', `unix://${there.socket}`, image];
      const { code, stdout, stderr } = await command(to, { env: here.env, cwd: folder });
      assert.equal(code, 0, stderr);
      return stdout;
    };
    // One platform first, so that its layers are there.
    await push('single:1');
    await push('multi:1');
    assert.equal(await idOf(there, name), layout.ids.get(native));
    assert.equal(
      await docker(there, 'image', 'inspect', '-f', '{{.Id}}', '--platform', `linux/${other}`, name),
      layout.ids.get(other),
    );
  } finally {
    assert.deepEqual([...(await here.stop()), ...(await there.stop())], []);
  }
});
