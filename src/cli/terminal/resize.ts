import type { Cli } from '../cli.ts';

/** Tells the container the size of this terminal, now and whenever it changes. Gives back what stops that. */
export function followSize(cli: Cli, resize: (rows: number, columns: number) => Promise<void>): () => void {
  const send = (): void => {
    const [rows, columns] = [cli.out.rows, cli.out.columns];
    if (rows > 0 && columns > 0) resize(rows, columns).catch(() => undefined); // it may have ended meanwhile
  };
  send();
  process.stdout.on('resize', send);
  return () => process.stdout.off('resize', send);
}
