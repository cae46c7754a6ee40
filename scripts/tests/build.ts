/** The build as a stage of the tests. */
import { join } from 'node:path';
import { command } from '../../test/harness/command.ts';
import { project } from '../check/sources.ts';

/** Builds everything; what the build printed is shown only where it failed. */
export async function build(): Promise<{ passed: number; failed: number }> {
  const argv = [process.execPath, join(project, 'scripts/build.ts')];
  const result = await command(argv, { cwd: project, timeout: 300_000 });
  if (result.code === 0) {
    console.log(`✔ build (${(result.ms / 1000).toFixed(1)} s)`);
    return { passed: 1, failed: 0 };
  }
  console.error(`✖ build\n${result.stdout}${result.stderr}`);
  return { passed: 0, failed: 1 };
}
