import { closeSync, readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether a process is not in its terminal's foreground, by its line of /proc/PID/stat (proc_pid_stat(5)). */
export function inBackground(stat: string): boolean {
  // The name, in brackets, may have blanks and brackets in it.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return foreground !== undefined && foreground !== '-1' && foreground !== group;
}

/**
 * To be called last of all. Bun sets the terminal, as it ends, to the modes that it found at its start; a job in the
 * background would change them under whoever is in front. What is closed it leaves alone.
 */
export function leaveTerminal(): void {
  if (process.versions.bun === undefined || !inBackground(readFileSync('/proc/self/stat', 'utf8'))) return;
  for (const fd of [0, 1, 2]) if (isatty(fd)) closeSync(fd);
}
