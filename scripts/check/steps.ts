/** What `npm run check` checks: a list of steps, each answers what is wrong in words. */
import { join } from 'node:path';
import { command } from '../../test/harness/command.ts';
import { runTests, unitTests } from '../tests/run-tests.ts';
import { duplicates } from './duplicates.ts';
import { violations } from './layer-rule.ts';
import { isTest, paths, project, read } from './sources.ts';

export interface StepResult {
  readonly ok: boolean;
  /** What to show: everything where it failed, nothing or a few words where not. */
  readonly output: string;
  /** Short facts for the step's line. */
  readonly note?: string;
  readonly passed: number;
  readonly failed: number;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

/** Lines that two places may share before it counts as written twice. */
const SHARED_LINES = 12;

const verdict = (problems: readonly string[]): StepResult => ({
  ok: problems.length === 0,
  output: problems.join('\n'),
  passed: problems.length === 0 ? 1 : 0,
  failed: problems.length === 0 ? 0 : 1,
});

/** A program of node_modules, run by this Node; it is right where it exits with 0. */
const tool = (name: string, entry: string, ...args: string[]): Step => ({
  name,
  async run() {
    const argv = [process.execPath, join(project, 'node_modules', entry), ...args];
    const result = await command(argv, { cwd: project, timeout: 300_000 });
    const said = `${result.stdout}${result.stderr}`.trim();
    return verdict(result.code === 0 ? [] : [said === '' ? `exit status ${result.code}` : said]);
  },
});

const layerRule: Step = {
  name: 'layers',
  async run() {
    const sources = await read(await paths(['src'], (path) => !isTest(path)));
    return verdict(sources.flatMap(({ path, text }) => violations(path.slice('src/'.length), text)));
  },
};

const noDuplicates: Step = {
  name: 'duplicates',
  async run() {
    const sources = await read(
      await paths(['src', 'scripts', 'bench', 'test/harness'], (path) => !isTest(path)),
    );
    return verdict(duplicates(sources, SHARED_LINES));
  },
};

const unit: Step = {
  name: 'unit tests',
  async run() {
    const result = await runTests(await unitTests(), { isolation: 'none', quiet: true });
    return {
      ok: result.ok,
      output: result.output,
      note: `${result.passed} passed`,
      passed: result.passed,
      failed: result.failed + (result.ok || result.failed > 0 ? 0 : 1),
    };
  },
};

export const steps: readonly Step[] = [
  unit,
  tool('types', 'typescript/bin/tsc', '-p', '.'),
  tool(
    'format and lint',
    '@biomejs/biome/bin/biome',
    'check',
    '--diagnostic-level=warn',
    '--error-on-warnings',
    '.',
  ),
  layerRule,
  noDuplicates,
  tool('unused code', 'knip/bin/knip.js', '--no-progress'),
];
