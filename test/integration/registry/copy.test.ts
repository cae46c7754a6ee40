/** Images from engine to engine, without a registry: only the layers that the other one lacks. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../../harness/command.ts';
import type { Engine, EngineName } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';

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
