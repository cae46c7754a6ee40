/** What is tested from the source in test/cli, once more with the compiled program: its runtime is another. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { command } from '../../harness/command.ts';

const project = resolve(import.meta.dirname, '../../..');
/** Those that start the program; the others call it in their own process. */
const files = ['completion', 'plugins', 'terminal', 'transport'];

for (const name of files)
  test(`${name}, compiled`, async () => {
    const argv = [process.execPath, '--test', join(project, 'test/cli', `${name}.test.ts`)];
    // The runner marks its children; marked, they would report to it and not to us.
    const env: NodeJS.ProcessEnv = { ...process.env, MINKE_CLI: join(project, 'bin/minke') };
    delete env.NODE_TEST_CONTEXT;
    const { code, stdout, stderr } = await command(argv, { env, cwd: project, timeout: 200_000 });
    assert.equal(code, 0, `${stdout}${stderr}`);
  });
