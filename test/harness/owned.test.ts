import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { command } from './command.ts';
import { abandoned, makeOwned } from './owned.ts';

test('a folder is abandoned once its owner has gone', async (t) => {
  const below = await mkdtemp(join(tmpdir(), 'minke-owned-'));
  t.after(() => rm(below, { recursive: true }));
  await makeOwned(below, 'a-');
  await mkdir(join(below, 'a-unmarked'));
  const program = `
    import { makeOwned } from ${JSON.stringify(join(import.meta.dirname, 'owned.ts'))};
    await makeOwned(${JSON.stringify(below)}, 'b-');
    console.log(await makeOwned(${JSON.stringify(below)}, 'a-'));`;
  const { stdout, stderr } = await command([process.execPath, '--input-type=module', '-e', program]);
  assert.deepEqual(await abandoned(below, 'a-'), [stdout.trim()], stderr);
  // Its pid was given to somebody else since.
  const reused = await makeOwned(below, 'c-');
  await writeFile(join(reused, 'owner'), `${process.pid} 1`);
  assert.deepEqual(await abandoned(below, 'c-'), [reused]);
});
