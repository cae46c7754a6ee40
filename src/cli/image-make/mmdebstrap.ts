import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AptSources } from './sources.ts';

export interface Bootstrap {
  readonly sources: AptSources;
  readonly packages: readonly string[];
  /** Files that are there before the packages are installed; absolute paths in the new system. */
  readonly before: readonly { readonly path: string; readonly content: string }[];
  /** Unix seconds; no file is made younger. */
  readonly epoch: number;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const MMDEBSTRAP = '/usr/bin/mmdebstrap';
const MEMORY = '/dev/shm';
/** What a system of some 100 packages takes while it is made. */
const NEEDED = 2 * 2 ** 30;

/** /bin and the like are links from the start. */
const mergedUsr = ['--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr'];

/** Memory makes it a third faster where there is plenty, and where device nodes and programs work on it. */
async function workFolder(): Promise<string> {
  try {
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    const line = mounts.split('\n').findLast((text) => text.split(' ')[1] === MEMORY);
    const options = line?.split(' ')[3]?.split(',') ?? ['nodev'];
    const { bavail, bsize } = await statfs(MEMORY);
    const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]);
    const isRoomy = bavail * bsize > NEEDED && available * 1024 > 2 * NEEDED;
    if (isRoomy && !options.includes('nodev') && !options.includes('noexec')) return MEMORY;
  } catch {
    // A disk always does.
  }
  return tmpdir();
}

/** Proxies are the user's to set; nothing else of the environment matters to it. */
function environment(folder: string, epoch: number): NodeJS.ProcessEnv {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const proxies = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    TMPDIR: folder,
    SOURCE_DATE_EPOCH: String(epoch),
    ...Object.fromEntries(proxies),
  };
}

/** A script that mmdebstrap runs before it installs the packages; `$1` is the new system. */
async function hooks(before: Bootstrap['before'], folder: string): Promise<string[]> {
  const script = join(folder, 'before.sh');
  const lines = ['#!/bin/sh', 'set -eu', `printf '#!/bin/sh\\nexit 101\\n' >"$1/usr/sbin/policy-rc.d"`];
  lines.push('chmod 755 "$1/usr/sbin/policy-rc.d"');
  for (const [i, { path, content }] of before.entries()) {
    if (!/^(?:\/[a-zA-Z0-9._-]+)+$/.test(path)) throw new Error(`not a plain path: ${path}`);
    await writeFile(join(folder, `file-${i}`), content);
    lines.push(`mkdir -p "$1${path.slice(0, path.lastIndexOf('/'))}"`);
    lines.push(`cp "${join(folder, `file-${i}`)}" "$1${path}"`);
  }
  await writeFile(script, `${lines.join('\n')}\n`, { mode: 0o755 });
  return [`--essential-hook=${script}`];
}

/**
 * A Debian system with the packages, as a tar. Installing needs root (or user namespaces) and mmdebstrap.
 * `consume` reads the tar to its end; its answer counts only when mmdebstrap ends well.
 */
export async function bootstrap<T>(options: Bootstrap, consume: (tar: Readable) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await workFolder(), 'minke-debian-'));
  try {
    const { sources, packages } = options;
    const args = [
      // Plain Debian can install more; what is made for one service need not.
      `--variant=${packages.length === 0 ? 'apt' : 'essential'}`,
      ...mergedUsr,
      '--format=tar',
      // Else a program that would merge /usr later brings the whole of Perl, 47 MB, with it.
      `--include=${['usr-is-merged', ...packages].join(',')}`,
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=Acquire::Retries "3"',
      '--dpkgopt=force-unsafe-io',
      ...(await hooks(options.before, folder)),
      sources.suite,
      '-',
      ...sources.lines,
    ];
    return await run(args, environment(folder, options.epoch), options, consume);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run<T>(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: Bootstrap,
  consume: (tar: Readable) => Promise<T>,
): Promise<T> {
  const child = spawn(MMDEBSTRAP, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      said.push(line);
      if (said.length > 50) said.shift();
      options.onProgress?.(line.replace(/^I: /, ''));
    }
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`mmdebstrap can't be run: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`mmdebstrap failed (exit status ${code}):\n${said.join('\n')}`));
    });
  });
  // Whichever fails first, both have ended before the folder goes.
  const [answer, end] = await Promise.allSettled([consume(child.stdout), ended]);
  if (end.status === 'rejected') throw end.reason;
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}
