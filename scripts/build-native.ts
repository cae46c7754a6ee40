/**
 * Builds the programs of `native/` into `bin/`: small, static, without a C library (so any compiler that makes
 * x86_64 or aarch64 code does, and no headers are needed).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = ['shim', 'init', 'proxy'] as const;
const compilers = ['cc', 'gcc', 'clang', 'tcc'] as const;

const flags = [
  '-nostdlib',
  '-static',
  '-Os',
  '-ffreestanding',
  '-fno-builtin',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-fno-pic',
  '-no-pie',
  '-Wl,--build-id=none',
  '-Wl,-z,noseparate-code',
  '-Wl,-z,norelro',
  '-s',
];
// The fewer flags the older or smaller compilers take.
const fewFlags = ['-nostdlib', '-static', '-fno-builtin'];

const root = fileURLToPath(new URL('..', import.meta.url));

function findCompiler(): string {
  const wanted = process.env.CC === undefined ? compilers : [process.env.CC];
  const found = wanted.find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined,
  );
  if (found !== undefined) return found;
  throw new Error(
    `no C compiler (looked for ${wanted.join(', ')}); minke's shim is a small C program. ` +
      'Install one: apt-get install gcc | dnf install gcc | apk add gcc musl-dev',
  );
}

function compile(compiler: string, source: string, target: string): void {
  let complaint = '';
  for (const chosen of [flags, fewFlags]) {
    const result = spawnSync(compiler, [...chosen, '-o', `${target}.tmp`, source], { encoding: 'utf8' });
    if (result.status === 0) return;
    complaint ||= result.stderr;
  }
  throw new Error(`${compiler} can't build ${source}:\n${complaint}`);
}

/** Builds one program where it is older than its sources (always with `force`). Returns its path. */
export function buildProgram(source: string, program: string, force = false): string {
  const newest = Math.max(...[source, `${root}native/kernel.h`].map((path) => statSync(path).mtimeMs));
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!force && built > newest) return program;
  mkdirSync(dirname(program), { recursive: true });
  compile(findCompiler(), source, program);
  renameSync(`${program}.tmp`, program);
  return program;
}

/** Builds what is older than its sources (all of it with `force`). Returns the paths of the programs. */
export function buildNative({ force = false, target = `${root}bin` } = {}): string[] {
  return programs.map((name) => buildProgram(`${root}native/${name}.c`, `${target}/minke-${name}`, force));
}

if (import.meta.main) {
  for (const program of buildNative({ force: true }))
    console.log(`${program} ${statSync(program).size} bytes`);
}
