import type { Cli } from '../cli.ts';
import { rawMode } from './raw-mode.ts';

/** Reads one line from the terminal without showing it. Ctrl-C ends the program. */
export function readSecret(cli: Cli, prompt: string): Promise<string> {
  const input = process.stdin;
  cli.out.raw(prompt);
  const terminal = rawMode();
  return new Promise((resolve) => {
    let typed = '';
    const finish = (): void => {
      input.off('data', take);
      input.pause();
      terminal.restore();
      cli.out.raw('\n');
    };
    const take = (data: Buffer): void => {
      for (const character of data.toString()) {
        if (character === '\x03') {
          finish();
          process.exit(130);
        }
        if (character === '\r' || character === '\n' || character === '\x04') {
          finish();
          resolve(typed);
          return;
        }
        if (character === '\x7f' || character === '\b') typed = [...typed].slice(0, -1).join('');
        else if (character === '\x15') typed = '';
        else typed += character;
      }
    };
    input.on('data', take);
    input.resume();
  });
}
