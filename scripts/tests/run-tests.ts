/** Runs test files under Node's test runner and counts how they ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isTest, paths, project } from '../check/sources.ts';
import { failed, sum, type Tally } from './tally.ts';

export interface TestOptions {
  /** `none`: all files in one process, fast; `process`: each in its own. */
  readonly isolation: 'none' | 'process';
  /** Keep the report to be shown by the caller instead of printing it as it comes. */
  readonly quiet?: boolean;
  /** Files at a time (with `process`). */
  readonly concurrency?: number;
  /** Milliseconds for one test. */
  readonly timeout?: number;
  /** Only tests whose name fits this pattern. */
  readonly only?: string;
  /** End when the tests have ended, though somebody's connection is open. */
  readonly forceExit?: boolean;
  /** Program and flags in front of Node's, e.g. to run the tests in another network namespace. */
  readonly behind?: readonly string[];
  /** More in the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface TestResult extends Tally {
  /** The report, where `quiet`. */
  readonly output: string;
}

const rooted = ['test/integration/', 'test/scenarios/', 'test/parity/', 'test/judges/'];

/** Tests that need neither root nor a daemon. */
export const unitTests = (): Promise<string[]> =>
  paths(
    ['src', 'test', 'scripts', 'bench'],
    (path) => path.endsWith('.test.ts') && !rooted.some((at) => path.startsWith(at)),
  );

/** Tests below a folder. */
export const testsBelow = (folder: string): Promise<string[]> =>
  paths([folder], (path) => isTest(path) && path.endsWith('.test.ts'));

/**
 * Runs the files and counts. In one process (`none`) they go a core a share, since a process runs one at a time. No
 * files: nothing passed, nothing failed.
 */
export async function runTests(files: readonly string[], options: TestOptions): Promise<TestResult> {
  const shares = options.isolation === 'none' ? shared(files, availableParallelism()) : [files];
  const results = await Promise.all(
    shares.filter((share) => share.length > 0).map((share) => runShare(share, options)),
  );
  return {
    ...sum(results),
    output: results.map(({ output }) => output).join('\n'),
  };
}

const shared = (files: readonly string[], count: number): string[][] =>
  Array.from({ length: count }, (_, share) => files.filter((_, at) => at % count === share));

async function runShare(files: readonly string[], options: TestOptions): Promise<TestResult> {
  const work = await mkdtemp(join(tmpdir(), 'minke-tests-'));
  const counts = join(work, 'counts.json');
  try {
    const [program = process.execPath, ...flags] = [...(options.behind ?? []), process.execPath];
    const child = spawn(
      program,
      [
        ...flags,
        `--import=${resolve(import.meta.dirname, 'fuzz-seed.ts')}`,
        '--test',
        `--test-isolation=${options.isolation}`,
        `--test-timeout=${options.timeout ?? 300_000}`,
        ...(options.isolation === 'process' ? [`--test-concurrency=${options.concurrency ?? 2}`] : []),
        ...(options.forceExit ? ['--test-force-exit'] : []),
        ...(options.only === undefined ? [] : [`--test-name-pattern=${options.only}`]),
        `--test-reporter=${options.quiet ? 'dot' : 'spec'}`,
        '--test-reporter-destination=stdout',
        `--test-reporter=${resolve(import.meta.dirname, 'tally-reporter.ts')}`,
        `--test-reporter-destination=${counts}`,
        ...files,
      ],
      {
        cwd: project,
        env: { ...process.env, ...options.env },
        stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', options.quiet ? 'pipe' : 'inherit'],
      },
    );
    const parts: Buffer[] = [];
    child.stdout?.on('data', (bytes: Buffer) => parts.push(bytes));
    child.stderr?.on('data', (bytes: Buffer) => parts.push(bytes));
    const [code, signal] = await once(child, 'close');
    const text = await readFile(counts, 'utf8').catch(() => '');
    const counted: Tally | undefined = text === '' ? undefined : JSON.parse(text);
    const output = Buffer.concat(parts).toString();
    if (counted !== undefined && (code === 0 || counted.failed > 0)) return { ...counted, output };
    // A runner that was ended counted nothing, and one that failed without a failed test failed as well.
    const early = `the test runner ended with ${signal ?? code}\n`;
    const name = `${files[0]}${files.length > 1 ? ` and ${files.length - 1} more files` : ''}`;
    const whole = sum([...(counted === undefined ? [] : [counted]), failed(name, early + output)]);
    return { ...whole, output: output + early };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
