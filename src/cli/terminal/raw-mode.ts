import { spawnSync } from 'node:child_process';

/**
 * Raw mode of the terminal at standard input. Given back on every way out: by `restore`, at the end of the process, and
 * on signals that would kill it.
 */
export function rawMode(): { restore(): void } {
  const input = process.stdin;
  let raw = true;
  input.setRawMode(true);
  // The runtime leaves the terminal turning line feeds into line ends, which breaks programs that move by them.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  const restore = (): void => {
    if (!raw) return;
    raw = false;
    process.off('exit', restore);
    for (const [name, handler] of handlers) process.off(name, handler);
    input.setRawMode(false);
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
  for (const [name, handler] of handlers) process.on(name, handler);
  return { restore };
}
