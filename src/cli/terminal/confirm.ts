import type { Cli } from '../cli.ts';

/** Asks a question on the terminal; only `y` and `yes` mean yes. The end of the input means no. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  cli.out.text(`${question} [y/N] `);
  const answer = await readLine();
  return ['y', 'yes'].includes((answer ?? '').trim().toLowerCase());
}

/** One line of standard input; `undefined` at its end. */
export async function readLine(): Promise<string | undefined> {
  const input = process.stdin;
  return new Promise((resolve) => {
    let text = '';
    const done = (line: string | undefined): void => {
      input.off('data', take);
      input.off('end', end);
      input.pause();
      resolve(line);
    };
    const take = (data: Buffer): void => {
      text += data.toString();
      const newline = text.indexOf('\n');
      if (newline >= 0) done(text.slice(0, newline).replace(/\r$/, ''));
    };
    const end = (): void => done(text === '' ? undefined : text);
    input.on('data', take);
    input.on('end', end);
    input.resume();
  });
}
