/**
 * `npm run test:integration [-- part of a path …]`: tests against the real kernel and the real daemon
 * (test/integration/ and test/scenarios/). Needs root; installs what is missing and builds first.
 */
import { join } from 'node:path';
import { must } from '../test/harness/command.ts';
import { provideClient } from '../test/harness/engine/start.ts';
import { project } from './check/sources.ts';
import { build } from './tests/build.ts';
import { runTests, testsBelow } from './tests/run-tests.ts';
import { failed, type Tally } from './tests/tally.ts';

/** Runs the tests below these folders whose path has one of the words in it. */
export async function integration(folders: readonly string[], words: readonly string[] = []): Promise<Tally> {
  const found = (await Promise.all(folders.map(testsBelow))).flat();
  const files = found.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  if (files.length === 0) {
    const why = `no tests below ${folders.join(', ')}${words.length > 0 ? ` for ${words.join(' ')}` : ''}`;
    console.error(why);
    return failed('the choice of tests', why);
  }
  await provideClient();
  return runTests(files, { isolation: 'process', concurrency: 2, timeout: 600_000 });
}

if (import.meta.main) {
  if (process.getuid?.() !== 0) {
    console.error('minke: these tests start real containers and need root');
    process.exit(1);
  }
  await must(
    ['sh', join(project, 'scripts/install-host-packages.sh'), 'run', 'build', 'fast', 'image', 'test'],
    {
      timeout: 300_000,
    },
  );
  const built = await build();
  if (built.failed > 0) process.exit(1);
  const tally = await integration(['test/integration', 'test/scenarios'], process.argv.slice(2));
  process.exitCode = tally.failed === 0 ? 0 : 1;
}
