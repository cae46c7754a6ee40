/** What `npm run check` checks: a list of steps, each answers what is wrong in words. */
import { join } from 'node:path';
import { command } from '../../test/harness/command.ts';
import { runTests, unitTests } from '../tests/run-tests.ts';
import { failed, nothing, type Tally } from '../tests/tally.ts';
import { circles } from './circles.ts';
import { duplicates } from './duplicates.ts';
import { heldPromises } from './held-promises.ts';
import { violations } from './layer-rule.ts';
import { isTest, paths, project, read } from './sources.ts';

export interface StepResult extends Tally {
  /** What to show: everything where it failed, nothing or a few words where not. */
  readonly output: string;
  /** Short facts for the step's line. */
  readonly note?: string;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

/** Lines that two places may share before it counts as written twice. */
const SHARED_LINES = 12;

const verdict = (name: string, problems: readonly string[]): StepResult => {
  const output = problems.join('\n');
  return { ...(problems.length === 0 ? { ...nothing, passed: 1 } : failed(name, output)), output };
};

/** A program of node_modules, run by this Node; it is right where it exits with 0. */
const tool = (name: string, entry: string, ...args: string[]): Step => ({
  name,
  async run() {
    const argv = [process.execPath, join(project, 'node_modules', entry), ...args];
    const result = await command(argv, { cwd: project, timeout: 300_000 });
    const said = `${result.stdout}${result.stderr}`.trim();
    return verdict(name, result.code === 0 ? [] : [said === '' ? `exit status ${result.code}` : said]);
  },
});

const layerRule: Step = {
  name: 'layers',
  async run() {
    const sources = await read(await paths(['src'], (path) => !isTest(path)));
    return verdict(
      'layers',
      sources.flatMap(({ path, text }) => violations(path.slice('src/'.length), text)),
    );
  },
};

const noCircles: Step = {
  name: 'circles',
  async run() {
    return verdict('circles', circles(await read(await paths(['src'], (path) => !isTest(path)))));
  },
};

const noHeldPromises: Step = {
  name: 'held promises',
  async run() {
    const sources = await read(await paths(['src', 'test', 'scripts', 'bench'], isTest));
    return verdict('held promises', sources.flatMap(heldPromises));
  },
};

const noDuplicates: Step = {
  name: 'duplicates',
  async run() {
    const sources = await read(
      await paths(['src', 'scripts', 'bench', 'test/harness'], (path) => !isTest(path)),
    );
    return verdict('duplicates', duplicates(sources, SHARED_LINES));
  },
};

const unit: Step = {
  name: 'unit tests',
  async run() {
    const result = await runTests(await unitTests(), { isolation: 'none', quiet: true });
    return { ...result, note: `${result.passed} passed` };
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
  noCircles,
  noHeldPromises,
  noDuplicates,
  tool('unused code', 'knip/bin/knip.js', '--no-progress'),
];
