/** What goes with a container: the layers of an image that is gone already. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Engine } from '../../harness/engine/contract.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { until } from '../../harness/until.ts';

let engine: Engine;

before(async () => {
  engine = await startEngine('minke');
  await loadBusybox(engine);
});

after(async () => {
  assert.deepEqual(await engine.stop(), []);
});

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

const layers = async (): Promise<number> =>
  (await readdir(join(engine.dataRoot, 'image/overlay2/layerdb/sha256'))).length;

test('layers of an image that was removed by force go with its last container', async () => {
  await docker('run', '--name', 'maker', 'busybox', 'touch', '/made');
  await docker('commit', 'maker', 'made:1');
  await docker('rm', 'maker');
  await docker('create', '--name', 'user', 'made:1');
  assert.equal(await layers(), 2);
  await docker('rmi', '--force', 'made:1');
  assert.equal(await layers(), 2);
  await docker('rm', 'user');
  await until('the layer to go', async () => (await layers()) === 1);
});

test('a container that goes with its end can be committed and started again', async () => {
  const script = 'echo text >> /made; sleep 1000';
  await docker('run', '--detach', '--rm', '--name', 'brief', 'busybox', 'sh', '-c', script);
  await until('the file', async () => (await engine.docker(['exec', 'brief', 'cat', '/made'])).code === 0);
  await docker('commit', 'brief', 'brief:1');
  assert.equal(await docker('run', '--rm', 'brief:1', 'cat', '/made'), 'text\n');
  await docker('restart', '--time', '0', 'brief');
  await until('it to write again', async () => {
    return (await engine.docker(['exec', 'brief', 'cat', '/made'])).stdout === 'text\ntext\n';
  });
  await docker('rm', '--force', 'brief');
  await docker('rmi', 'brief:1');
});
