/**
 * Programs out of Debian's archive, extracted into a folder of their own: nothing on the machine changes. The
 * mirror is the one that the machine's apt already uses; Debian's keyring on the machine verifies what comes.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Where the versions of an extracted folder stand: `name version` lines. Written last, so it marks a whole one. */
const MARK = '.packages';

export interface DebianSet {
  /** Debian's suite: `sid`, `bookworm`, … */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Absolute path; replaced as a whole. */
  readonly into: string;
}

/** The address of Debian's main archive as this machine's apt has it. */
async function mirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(CODENAME)|$(SITE)']);
  const rows = stdout.split('\n').map((line) => line.split('|'));
  const row = rows.find(([origin, codename]) => origin === 'Debian' && !codename?.includes('-'));
  const site = row?.[2];
  if (site === undefined) {
    throw new Error("no Debian archive among this machine's apt sources (run apt-get update once)");
  }
  return site;
}

/** The `name version` lines of a folder that `extract` made; undefined where it made none there. */
export async function extracted(into: string): Promise<string | undefined> {
  const mark = join(into, MARK);
  return existsSync(mark) ? readFile(mark, 'utf8') : undefined;
}

/** The same, where it is all of the set. */
async function whole({ into, packages }: DebianSet): Promise<string | undefined> {
  const lines = await extracted(into);
  return lines !== undefined && packages.every((name) => lines.includes(`${name} `)) ? lines : undefined;
}

/** Downloads and extracts the set, unless that same list was extracted there before. */
export async function extract(set: DebianSet): Promise<string> {
  const before = await whole(set);
  if (before !== undefined) return before;
  if (!existsSync(KEYRING)) throw new Error(`${KEYRING} is missing: apt-get install debian-archive-keyring`);
  const work = await mkdtemp(join(tmpdir(), 'minke-debian-'));
  const fresh = `${set.into}.new-${process.pid}`;
  try {
    const sources = join(work, 'sources.list');
    for (const folder of ['lists/partial', 'cache/archives/partial', 'debs']) {
      await mkdir(join(work, folder), { recursive: true });
    }
    await writeFile(sources, `deb [signed-by=${KEYRING}] ${await mirror()} ${set.suite} main\n`);
    const options = [
      ['Dir::Etc::sourcelist', sources],
      ['Dir::Etc::sourceparts', '-'],
      ['Dir::State::lists', join(work, 'lists')],
      ['Dir::Cache', join(work, 'cache')],
      ['APT::Sandbox::User', 'root'],
      ['Acquire::Languages', 'none'],
      ['Acquire::Retries', '3'],
    ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    const limit = { cwd: join(work, 'debs'), timeout: 300_000, maxBuffer: 1 << 26 };
    await run('apt-get', [...options, '-qq', 'update'], limit);
    await run('apt-get', [...options, '-qq', 'download', ...set.packages], limit);
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    const versions: string[] = [];
    for (const deb of (await readdir(join(work, 'debs'))).sort()) {
      await run('dpkg', ['-x', deb, fresh], limit);
      const fields = await run('dpkg-deb', ['-f', deb, 'Package', 'Version'], limit);
      versions.push(fields.stdout.replace(/^Package: (.*)\nVersion: (.*)\n/, '$1 $2'));
    }
    const lines = `${versions.join('\n')}\n`;
    await writeFile(join(fresh, MARK), lines);
    await mkdir(dirname(set.into), { recursive: true });
    // Another process may have been faster, and run programs from there by now.
    const meanwhile = await whole(set);
    if (meanwhile !== undefined) return meanwhile;
    await rm(set.into, { recursive: true, force: true });
    await rename(fresh, set.into);
    return lines;
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}
