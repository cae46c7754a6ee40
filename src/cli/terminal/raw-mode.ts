import { spawnSync } from 'node:child_process';
import { guardTerminal, terminalModes } from './guard.ts';

/**
 * Raw mode of the terminal at standard input. Given back on every way out: by `restore`, at the end of the process, on
 * signals that would kill it, and by a guard where it is killed outright. After a stop (`kill -STOP`, `fg`) it is taken
 * again.
 */
export function rawMode(): { restore(): void } {
  const input = process.stdin;
  const modes = terminalModes();
  let raw = true;
  const take = (): void => {
    input.setRawMode(true);
    // The runtime leaves the terminal turning line feeds into line ends, which breaks programs that move by them.
    spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  };
  const endGuard = modes === undefined ? undefined : guardTerminal(modes);
  take();
  const restore = (): void => {
    if (!raw) return;
    raw = false;
    process.off('exit', restore);
    process.off('SIGCONT', again);
    for (const [name, handler] of handlers) process.off(name, handler);
    input.setRawMode(false);
    endGuard?.();
  };
  const again = (): void => {
    input.setRawMode(false); // the runtime believes that it still is raw
    take();
  };
  const handlers = (['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT'] as const).map((name) => {
    const handler = (): void => {
      // Someone who forwards signals to a container listens too; then they do not end this process.
      if (process.listenerCount(name) > 1) return;
      restore();
      process.kill(process.pid, name);
    };
    return [name, handler] as const;
  });
  process.once('exit', restore);
  process.on('SIGCONT', again);
  for (const [name, handler] of handlers) process.on(name, handler);
  return { restore };
}
