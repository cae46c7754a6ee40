/** The build as a stage of the tests. */
import { join } from 'node:path';
import { command } from '../../test/harness/command.ts';
import { project } from '../check/sources.ts';
import { failed, nothing, type Tally } from './tally.ts';

/** Builds everything; what the build printed is shown only where it failed. */
export async function build(): Promise<Tally> {
  const argv = [process.execPath, join(project, 'scripts/build.ts')];
  const result = await command(argv, { cwd: project, timeout: 300_000 });
  if (result.code === 0) {
    console.log(`✔ build (${(result.ms / 1000).toFixed(1)} s)`);
    return { ...nothing, passed: 1 };
  }
  console.error(`✖ build\n${result.stdout}${result.stderr}`);
  return failed('build', `${result.stdout}${result.stderr}`);
}
