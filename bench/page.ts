/** docs/performance.md: what stands between `<!-- name -->` and `<!-- /name -->` is written by a benchmark. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from '../scripts/check/sources.ts';

/** The page with another text between the marks. Throws where they are not there. */
export function between(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`the page has no place for ${name}`);
  return `${page.slice(0, from + open.length)}\n${text}\n\n${page.slice(to)}`;
}

export async function writePart(name: string, text: string): Promise<void> {
  const path = join(project, 'docs/performance.md');
  await writeFile(path, between(await readFile(path, 'utf8'), name, text));
}
