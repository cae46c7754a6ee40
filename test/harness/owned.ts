/**
 * Folders that say whose they are, so that whoever comes next finds what killed runs left behind. Each holds a file
 * with its owner's pid and start time.
 */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LinuxProc } from '../../src/host/proc/linux.ts';

const OWNER = 'owner';
const proc = new LinuxProc();
const startOf = (pid: number): string => proc.identify(pid)?.startTime ?? '';

/** A new folder of this process, named `<prefix>` and six letters. */
export async function makeOwned(below: string, prefix: string): Promise<string> {
  const folder = await mkdtemp(join(below, prefix));
  await writeFile(join(folder, OWNER), `${process.pid} ${startOf(process.pid)}`);
  return folder;
}

/** Paths of folders of that prefix whose owner is no more. Somebody else may be about to clear the same ones. */
export async function abandoned(below: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(below)).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(below, name);
    const owner = await readFile(join(folder, OWNER), 'utf8').catch(() => '');
    const [pid = '', start = ''] = owner.split(' ');
    // Without a start time it is being made, or is no such folder.
    if (start !== '' && startOf(Number(pid)) !== start) found.push(folder);
  }
  return found;
}
