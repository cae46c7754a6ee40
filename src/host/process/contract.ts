/**
 * Programs that the engine starts on the host. A child gets exactly the environment and the descriptors stated here:
 * 0 to 2, signals at their defaults, a session of its own. There is no shell and no inherited variable.
 */
import type { Readable, Writable } from 'node:stream';

export interface StartOptions {
  /** All of the child's environment; default `{}`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default `/`. */
  readonly cwd?: string;
}

export interface RunOptions extends StartOptions {
  /** Written to the child's standard input, which then ends; default: standard input is /dev/null. */
  readonly stdin?: string | Uint8Array;
  /** Aborting kills the child and its session's process group (SIGKILL). */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the child is killed; default: no limit. */
  readonly timeout?: number;
  /** Bytes that stdout and stderr may have each; default 16 MiB. More kills the child. */
  readonly maxOutput?: number;
}

export interface ProcessEnd {
  /** 0…255; 128+n where signal n ended it. */
  readonly code: number;
  /** `SIGKILL`, …; null where the program returned by itself. */
  readonly signal: NodeJS.Signals | null;
}

export interface RunResult extends ProcessEnd {
  readonly stdout: string;
  readonly stderr: string;
}

/** `pipe`: a stream is handed back; `null`: /dev/null; a number: that descriptor of ours, which stays ours. */
export type Stdio = 'pipe' | 'null' | number;

export interface StreamedOptions extends StartOptions {
  /** Each defaults to `null`. */
  readonly stdin?: Stdio;
  readonly stdout?: Stdio;
  readonly stderr?: Stdio;
  /** Aborting kills the child as `kill('SIGKILL')` does. */
  readonly signal?: AbortSignal;
}

export interface RunningProcess {
  readonly pid: number;
  /** Present where `pipe` was asked for. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the child has been reaped; output may still wait in the streams. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Signals the child and what it started (its process group). Does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void;
}

export interface Processes {
  /**
   * Runs a program to its end. `argv[0]` is an absolute path, or a name looked up in the usual system folders
   * (`/usr/local/sbin` … `/bin`; the PATH of `env` where it has one).
   *
   * A status other than 0 is a result. Throws: SystemError `ENOENT` where there is no such program (other errnos as
   * execve(2) gave them); MinkeError `cancelled` on abort, `deadline` on timeout, `internal` above `maxOutput`.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a program whose input and output are streamed. Throws as `run` does when it can't be started. */
  start(argv: readonly string[], options?: StreamedOptions): Promise<RunningProcess>;
}
