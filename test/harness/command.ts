/** One program run to its end, without a shell, time-limited. */
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to standard input, which is closed behind it. Absent: standard input is /dev/null. */
  readonly input?: string | Uint8Array;
  /** Milliseconds; at the limit the program is killed and `timedOut` set. Default 300 s, for a machine under load. */
  readonly timeout?: number;
}

export interface CommandResult {
  /** The exit status, 128+n where signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export function command(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('command: nothing to run');
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeout ?? 300_000);
    child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes));
    child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes));
    // A program that ends without reading its input is its own affair.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolve({
        code: code ?? 128 + (signal === null ? 0 : (SIGNALS[signal] ?? 0)),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        timedOut,
        ms: performance.now() - began,
      });
    });
  });
}

/** As `command`; throws where the exit status is not 0. Answers standard output. */
export async function must(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await command(argv, options);
  if (result.code !== 0) {
    const why = result.timedOut ? 'ran out of time' : `exit status ${result.code}`;
    throw new Error(`${argv.join(' ')}: ${why}\n${result.stderr}${result.stdout}`);
  }
  return result.stdout;
}
