/**
 * `top`: ps(1) of the host looks at all processes of the host, and the rows of the container's are picked. No program
 * of the container is run, and none of its files is read (CVE-2022-1227).
 */
import { internal, invalid } from '../../../errors/minke-error.ts';
import type { ContainerTopResponse } from '../../../wire/generated/engine-api.ts';

/** Docker's default: `-ef`. Words are split at blanks, as there. */
export function psWords(args: string): string[] {
  const words = args.trim() === '' ? ['-ef'] : args.trim().split(/\s+/);
  for (const word of words) {
    // `-o pid=X` renames the column by which the container's rows are found.
    if (/(^|,)pid=/.test(word) || /^-[a-zA-Z]*o.*pid=/.test(word)) {
      throw invalid('custom ps columns: "pid" can not be renamed');
    }
  }
  return words;
}

const columns = (line: string): string[] => line.trim().split(/\s+/);

/**
 * @param output of ps: a line of titles, then a process a line; the last column may have blanks
 * @param pids of the container
 * @throws internal "Couldn't find PID field in ps output"
 */
export function pickProcesses(output: string, pids: ReadonlySet<number>): ContainerTopResponse {
  const [head = '', ...lines] = output.split('\n');
  const titles = columns(head);
  const at = titles.indexOf('PID');
  if (at < 0) throw internal("Couldn't find PID field in ps output");
  const rows = lines.flatMap((line) => {
    const words = columns(line);
    if (!pids.has(Number(words[at]))) return [];
    const last = titles.length - 1;
    return [[...words.slice(0, last), words.slice(last).join(' ')]];
  });
  return { Titles: titles, Processes: rows };
}
