/** Processes of this host, by proc(5). */
import { readdir, readFile } from 'node:fs/promises';

export const pids = async (): Promise<number[]> =>
  (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);

/** Its command line, as words; none where it has gone, or is the kernel's own. */
export async function argvOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = text.split('\0');
  // A title that a process gave itself may have no end.
  return words.at(-1) === '' ? words.slice(0, -1) : words;
}

/** SIGKILL; nothing where there is none, or it has gone by itself. */
export function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself.
  }
}
