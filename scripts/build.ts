/**
 * `npm run build`: bundles the programs and their helpers' entry files for Node into `dist/`, compiles the command line into
 * one file with Bun (`-- --node`: starts its bundle on Node instead), builds the native programs, and writes the launchers in `bin/`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manualPages } from '../src/cli/manual.ts';
import { root as commands } from '../src/cli/root.ts';
import { buildNative } from './build-native.ts';
import { commandLineLauncher, launcher } from './launchers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path: string): string => `${root}${path}`;
const bun = at('node_modules/.bin/bun');

/** Output name in `dist/` and its entry file. */
const bundles: readonly (readonly [string, string])[] = [
  ['minked', 'src/bin/minked.ts'],
  ['minke', 'src/bin/minke.ts'],
  ['registry', 'src/bin/minke-registry.ts'],
  ['keeper', 'src/keeper/main.ts'],
  ['netns-worker', 'src/host/netns/worker.ts'],
  ['archive-worker', 'src/host/archive/worker.ts'],
];

function timed(what: string, work: () => void): void {
  const start = performance.now();
  work();
  process.stdout.write(`${what.padEnd(28)} ${Math.round(performance.now() - start)} ms\n`);
}

function git(...words: string[]): string {
  try {
    return execFileSync('git', words, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

function bundle(name: string, entry: string, defines: readonly string[]): void {
  const out = `dist/${name}.mjs`;
  execFileSync(
    bun,
    [
      'build',
      entry,
      '--target=node',
      '--format=esm',
      '--minify-syntax',
      '--external',
      'koffi',
      ...defines,
      '--outfile',
      `${out}.tmp`,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  renameSync(at(`${out}.tmp`), at(out));
}

function writeProgram(path: string, text: string): void {
  writeFileSync(at(`${path}.tmp`), text);
  chmodSync(at(`${path}.tmp`), 0o755);
  renameSync(at(`${path}.tmp`), at(path));
}

function compileCommandLine(defines: readonly string[]): void {
  const out = 'bin/minke';
  execFileSync(
    bun,
    [
      'build',
      '--compile',
      '--minify',
      '--bytecode',
      // Split, so that a start loads one command's code and not every command's.
      '--format=esm',
      '--splitting',
      // A .env in the folder where somebody happens to stand must not say which engine is meant.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      ...defines,
      'src/bin/minke.ts',
      '--outfile',
      `${out}.tmp`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  renameSync(at(`${out}.tmp`), at(out));
}

/** Compiled where Bun can do it here; else, and with `--node`, a launcher of the bundle. */
function makeCommandLine(defines: readonly string[]): void {
  if (!process.argv.includes('--node'))
    try {
      compileCommandLine(defines);
      return;
    } catch (error) {
      console.error(
        `bin/minke is not compiled but runs on Node: ${error instanceof Error ? error.message : error}`,
      );
    }
  writeProgram('bin/minke', commandLineLauncher);
}

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string };
const facts: Readonly<Record<string, string>> = {
  MINKE_VERSION: version,
  MINKE_COMMIT: git('rev-parse', '--short', 'HEAD') || 'unknown',
  MINKE_BUILD_TIME: git('log', '-1', '--format=%cI') || new Date().toISOString(),
};
const defines = Object.entries(facts).flatMap(([name, value]) => [
  '--define',
  `process.env.${name}=${JSON.stringify(value)}`,
]);

rmSync(at('dist/compiled'), { recursive: true, force: true });
mkdirSync(at('dist/man/man1'), { recursive: true });
mkdirSync(at('bin'), { recursive: true });
for (const [name, entry] of bundles) {
  if (existsSync(at(entry))) timed(`dist/${name}.mjs`, () => bundle(name, entry, defines));
}
timed('bin/minke', () => makeCommandLine(defines));
const pages = await manualPages(commands, version);
timed('dist/man', () => {
  for (const [name, text] of pages) writeFileSync(at(`dist/man/man1/${name}`), text);
});
timed('bin/minke-{shim,init,proxy}', () => buildNative());
writeProgram('bin/minked', launcher('minked', '--max-semi-space-size=2'));
writeProgram('bin/minke-registry', launcher('registry', '--max-semi-space-size=4'));
rmSync(at('.bun-build'), { recursive: true, force: true });
