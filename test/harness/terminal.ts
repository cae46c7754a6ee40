/** A program behind a terminal, and somebody at its keys. util-linux' script(1) makes the terminal. */
import { spawn } from 'node:child_process';
import type { CommandResult } from './command.ts';

/** Keys, pressed once what the terminal showed since the last ones fits `after` (absent: at once). */
export interface Keys {
  readonly after?: RegExp;
  readonly press: string;
}

export interface TerminalOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Milliseconds, then it is killed and `timedOut` set. */
  readonly timeout: number;
}

/** `stdout` is all that the terminal showed, with its line ends as they came. */
export function behindTerminal(
  argv: readonly string[],
  keys: readonly Keys[],
  options: TerminalOptions,
): Promise<CommandResult> {
  // script's command is one string for a shell: every word is quoted.
  const quoted = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const { env, cwd } = options;
    const flags = ['--quiet', '--return', '--flush', '--command', quoted, '/dev/null'];
    const child = spawn('script', flags, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let [shown, stderr, looked] = ['', '', 0];
    let timedOut = false;
    const waiting = [...keys];
    const press = () => {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (next.after !== undefined && !next.after.test(shown.slice(looked))) return;
        waiting.shift();
        looked = shown.length;
        child.stdin.write(next.press);
      }
    };
    const limit = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeout);
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      press();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code: code ?? 137, stdout: shown, stderr, timedOut, ms: performance.now() - began });
    });
    press();
  });
}
