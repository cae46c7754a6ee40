import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface AptSources {
  readonly suite: string;
  /** One-line sources, as in sources.list. */
  readonly lines: readonly string[];
  /** Unix seconds of the newest release that this machine knows of; 0 where it knows none. */
  readonly released: number;
}

const FALLBACK = { site: 'http://deb.debian.org/debian', suite: 'bookworm' };
const FORMAT = '$(ORIGIN)|$(CODENAME)|$(SITE)|$(RELEASE)|$(COMPONENT)|$(FILENAME)';

async function targets(): Promise<string[][]> {
  try {
    const { stdout } = await run('apt-get', ['indextargets', '--format', FORMAT, 'Created-By: Packages']);
    return stdout.split('\n').map((line) => line.split('|'));
  } catch {
    // Not a machine with apt, or one without lists.
    return [];
  }
}

/** `Date:` of the release files beside the package lists. */
async function newestRelease(files: readonly string[]): Promise<number> {
  let newest = 0;
  for (const folder of new Set(files.map(dirname))) {
    for (const name of await readdir(folder).catch(() => [])) {
      const prefix = name.replace(/_(?:InRelease|Release)$/, '');
      if (prefix === name || !files.some((file) => basename(file).startsWith(`${prefix}_`))) continue;
      const date = /^Date: (.*)$/m.exec(await readFile(join(folder, name), 'utf8'))?.[1];
      const seconds = Math.floor(Date.parse(date ?? '') / 1000);
      if (seconds > newest) newest = seconds;
    }
  }
  return newest;
}

/** Debian's archive as this machine's apt has it (a mirror near it, maybe), with updates and security. */
export async function aptSources(wanted?: string): Promise<AptSources> {
  const rows = (await targets()).filter(([origin]) => origin === 'Debian');
  const suite = wanted ?? rows.find(([, codename]) => !codename?.includes('-'))?.[1] ?? FALLBACK.suite;
  const used = rows.filter(
    ([, codename = '', , , component]) =>
      component === 'main' && [suite, `${suite}-updates`, `${suite}-security`].includes(codename),
  );
  const lines = used.map(([, , site, release, component]) => `deb ${site} ${release} ${component}`);
  if (!used.some(([, codename]) => codename === suite)) {
    const site = rows.find(([, codename]) => !codename?.includes('-'))?.[2] ?? FALLBACK.site;
    lines.unshift(`deb ${site} ${suite} main`);
  }
  return {
    suite,
    lines: [...new Set(lines)],
    released: await newestRelease(used.map((row) => row[5] ?? '')),
  };
}
