const forwarded = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGTSTP',
  'SIGVTALRM',
] as const;

/** Hands signals that this process gets to `send`, by name without SIG. Gives back what ends that. */
export function forwardSignals(send: (signal: string) => Promise<void>): () => void {
  const handlers = forwarded.map((name) => {
    const handler = (): void => {
      send(name.slice(3)).catch(() => undefined); // not running any more
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
