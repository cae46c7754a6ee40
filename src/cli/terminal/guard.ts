import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * Waits on its input: a line means that all is well, the end without one that the program was killed. Then the modes of
 * the terminal (its standard output) are set back, from a session of its own, where that needs no leave.
 */
const watch = 'read -r word || exec stty "$1" <&1';

/** The modes of the terminal at standard input, in stty's own words; undefined where stty is not there. */
export function terminalModes(): string | undefined {
  const { status, stdout } = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'] });
  const modes = stdout?.toString().trim() ?? '';
  return status === 0 && /^[0-9a-f:]+$/i.test(modes) ? modes : undefined;
}

/** Sets the terminal back to `modes` should this process be killed. Gives back what ends the watch. */
export function guardTerminal(modes: string): () => void {
  const terminal = openSync('/dev/stdin', 'r+');
  try {
    const child = spawn('sh', ['-c', watch, 'minke-terminal', modes], {
      stdio: ['pipe', terminal, 'ignore'],
      detached: true,
    });
    child.on('error', () => undefined); // without sh nobody watches
    child.stdin?.on('error', () => undefined);
    child.unref();
    return () => {
      child.stdin?.end('done\n');
    };
  } finally {
    closeSync(terminal);
  }
}
