/** What is tested from the source in test/cli, once more with the compiled program: its runtime is another. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { commandLineLauncher } from '../../../scripts/launchers.ts';
import { command } from '../../harness/command.ts';

const project = resolve(import.meta.dirname, '../../..');
/** Those that start the program; the others call it in their own process. */
const files = ['completion', 'plugins', 'terminal', 'transport'];

const onNode = join(project, 'bin', `minke-on-node-${process.pid}`);

/** The compiled file, and what the build puts in its place where it can't compile. */
const programs: readonly (readonly [kind: string, path: string])[] = [
  ['compiled', join(project, 'bin/minke')],
  ['on Node', onNode],
];

before(async () => {
  await writeFile(onNode, commandLineLauncher, { mode: 0o755 });
});
after(() => rm(onNode, { force: true }));

for (const [kind, path] of programs)
  for (const name of files)
    test(`${name}, ${kind}`, async () => {
      const argv = [process.execPath, '--test', join(project, 'test/cli', `${name}.test.ts`)];
      // The runner marks its children; marked, they would report to it and not to us.
      const env: NodeJS.ProcessEnv = { ...process.env, MINKE_CLI: path };
      delete env.NODE_TEST_CONTEXT;
      const { code, stdout, stderr } = await command(argv, { env, cwd: project, timeout: 400_000 });
      assert.equal(code, 0, `${stdout}${stderr}`);
    });
