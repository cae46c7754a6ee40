import { PassThrough } from 'node:stream';
import { cancelled } from '../../../errors/minke-error.ts';
import { SystemError } from '../../ffi/libc.ts';
import type { Processes, RunningProcess, RunOptions, RunResult, StreamedOptions } from '../contract.ts';

/** What a pretended program answers; absent fields are 0, null and empty. */
export type Answer = Partial<RunResult>;
export type Program = (call: Call) => Answer | Promise<Answer>;

export interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
}

const ENOENT = 2;

/** Programs as functions by name (`argv[0]`); every call is written down in `calls`. */
export class MemoryProcesses implements Processes {
  readonly calls: Call[] = [];
  readonly #programs: Map<string, Program>;
  #nextPid = 1000;

  constructor(programs: Readonly<Record<string, Program>> = {}) {
    this.#programs = new Map(Object.entries(programs));
  }

  /** Adds a program or puts another in its place. */
  install(name: string, program: Program): void {
    this.#programs.set(name, program);
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { env = {}, cwd = '/', stdin = '', signal } = options;
    const [name = ''] = argv;
    if (signal?.aborted) throw cancelled(`${name}: aborted`, signal.reason);
    const program = this.#programs.get(name);
    if (program === undefined) throw new SystemError('posix_spawn', ENOENT, name);
    const call = { argv, env, cwd, stdin: Buffer.from(stdin).toString() };
    this.calls.push(call);
    return { code: 0, signal: null, stdout: '', stderr: '', ...(await program(call)) };
  }

  async start(argv: readonly string[], options: StreamedOptions = {}): Promise<RunningProcess> {
    const [name = ''] = argv;
    if (!this.#programs.has(name)) throw new SystemError('posix_spawn', ENOENT, name);
    const stdin = options.stdin === 'pipe' ? new PassThrough() : null;
    const stdout = options.stdout === 'pipe' ? new PassThrough() : null;
    const stderr = options.stderr === 'pipe' ? new PassThrough() : null;
    const { env, cwd, signal } = options;
    const settle = async () => {
      const input = stdin === null ? '' : Buffer.concat(await stdin.toArray()).toString();
      const result = await this.run(argv, {
        stdin: input,
        ...(env && { env }),
        ...(cwd !== undefined && { cwd }),
        ...(signal && { signal }),
      });
      stdout?.end(result.stdout);
      stderr?.end(result.stderr);
      return { code: result.code, signal: result.signal };
    };
    this.#nextPid += 1;
    return { pid: this.#nextPid, stdin, stdout, stderr, ended: settle(), kill: () => {} };
  }
}
