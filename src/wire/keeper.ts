/**
 * What the daemon and the keeper say to each other over `<exec-root>/keeper/keeper.sock` (0600, peer uid 0).
 *
 * Two kinds of connection, told apart by the first line, which is JSON:
 * - `{"kind":"control"}`: then JSON lines both ways, `KeeperRequest` answered by `KeeperReply` with the same `id`,
 *   in any order, and unasked `KeeperNotice` lines from the keeper.
 * - `{"kind":"attach","task":…}` (`AttachHello`): answered by one line, `{"ok":true,"pid":…,"started":…}`
 *   (pid of the keeper; whether the task's process was started already) or `{"error":{kind,message}}`, then raw bytes. Downwards: the process's standard input, half-close means end of input. Upwards: output as
 *   Docker frames it, 8-byte headers (`wire/stdcopy.ts`) unless the task has a terminal; end means the process has
 *   gone and all of its output was sent.
 *
 * A *task* is one process tree that the keeper looks after: a container's init, or one exec.
 */
import type { ErrorKind } from '../errors/minke-error.ts';
import type { NameSpec } from './names.ts';

/** How a container's output is written down. Options are already defaulted and checked by the daemon. */
export type LogSpec =
  | { readonly driver: 'none' }
  | {
      readonly driver: 'json-file';
      /** Absolute path of the current file; rotated ones are `<path>.1`, `<path>.2`, … */
      readonly path: string;
      /** Bytes at which a file is rotated; 0 is never. */
      readonly maxSize: number;
      /** Files kept, the current one counted; at least 1. */
      readonly maxFiles: number;
      readonly compress: boolean;
      /** Extra attributes (`labels`, `env` options) written as `attrs` on each line; usually empty. */
      readonly attrs: Readonly<Record<string, string>>;
    }
  | {
      readonly driver: 'local';
      readonly path: string;
      readonly maxSize: number;
      readonly maxFiles: number;
      readonly compress: boolean;
      readonly attrs: Readonly<Record<string, string>>;
    };

/** A process to start under a shim. `[a-z0-9]` and `-` only in `id`. */
export interface TaskSpec {
  /** Container id for a container's init; exec id for an exec. */
  readonly id: string;
  readonly kind: 'container' | 'exec';
  /** The container that it belongs to (the same as `id` for `kind: 'container'`). */
  readonly container: string;
  /**
   * The OCI runtime's command line that starts the process detached, without the parts that the keeper adds:
   * `${PID_FILE}` stands where the pid file's path goes, `${CONSOLE_SOCKET}` where the console socket's goes
   * (the element is there only when `tty` is true), `${LOG_FILE}` where the runtime's own log goes (`--log
   * ${LOG_FILE} --log-format …` between program and verb; crun and runc then keep warnings out of the process's
   * standard error).
   */
  readonly argv: readonly string[];
  /** The environment of the OCI runtime itself; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory of the OCI runtime: the bundle. */
  readonly cwd: string;
  /** Run the program from a sealed copy of it in memory, where that can be made (`host/process/posix/sealed-copy.ts`). */
  readonly sealed?: boolean;
  readonly tty: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  /** What the OCI runtime begins with, and the process where the runtime sets none: -1000…1000, proc_pid_oom_score_adj(5). */
  readonly oomScoreAdj?: number;
  /** False: standard input is /dev/null (or the terminal). */
  readonly openStdin: boolean;
  /** Close standard input for good when the first attached client goes away (Docker's StdinOnce). */
  readonly stdinOnce: boolean;
  readonly log: LogSpec;
}

/** How a task ended. `code` is the shell's: 0…255, 128+n for a signal. */
export interface TaskExit {
  readonly code: number;
  /** RFC 3339 with nanoseconds. */
  readonly at: string;
}

export interface TaskStatus {
  readonly id: string;
  readonly kind: 'container' | 'exec';
  readonly container: string;
  /** Pid in the daemon's pid namespace. */
  readonly pid: number;
  readonly startedAt: string;
  readonly exit?: TaskExit;
}

/** One port that the keeper listens on at the host and passes on to a container by itself (userland proxy). */
export interface ProxySpec {
  readonly proto: 'tcp' | 'udp' | 'sctp';
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerIp: string;
  readonly containerPort: number;
}

/** An address and port of the host at which it is told the names of containers. */
export interface HostNames {
  readonly host: string;
  readonly port: number;
}

export type KeeperCall =
  /** Answers `{version, pid}` of the keeper. */
  | { readonly method: 'hello'; readonly version: string }
  /**
   * Starts a task; answers `TaskStatus`, or an error whose `runtimeOutput` is what the OCI runtime wrote. Asked again
   * with the same `attempt`, as after a keeper's death, it starts nothing and answers how that went. An ended task of
   * the same id is forgotten.
   */
  | { readonly method: 'launch'; readonly attempt?: string; readonly task: TaskSpec }
  /** Everything the keeper knows, ended tasks that were not forgotten included. */
  | { readonly method: 'list' }
  | { readonly method: 'resize'; readonly task: string; readonly height: number; readonly width: number }
  /** Drops an ended task's record; idempotent. */
  | { readonly method: 'forget'; readonly task: string }
  /** States all proxies of a container; what is not in the list any more is closed. All or nothing. */
  | { readonly method: 'proxies'; readonly container: string; readonly proxies: readonly ProxySpec[] }
  /** Closes the proxies of all other containers: those ended while no daemon was there to say so. */
  | { readonly method: 'keep-proxies'; readonly containers: readonly string[] }
  /** What a container is called and whom it asks; null: it has gone. Answered when it holds. */
  | { readonly method: 'names'; readonly container: string; readonly names: NameSpec | null }
  | { readonly method: 'host-names'; readonly at: HostNames | null }
  /** Ends the keeper if it holds no task and no proxy; answers `{stopped: boolean}`. */
  | { readonly method: 'retire' };

export type KeeperRequest = KeeperCall & { readonly id: number };

export interface KeeperFault {
  readonly kind: ErrorKind;
  readonly message: string;
  /** What the OCI runtime wrote on its standard error and log, for `launch`. */
  readonly runtimeOutput?: string;
}

export type KeeperReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: KeeperFault };

/** Unasked news. Each `exit` is sent once a control connection is there, and again at `list` until forgotten. */
export type KeeperNotice = {
  readonly notice: 'exit';
  readonly task: TaskStatus & { readonly exit: TaskExit };
};

/**
 * Attaches to a task. It may be sent before `launch`: then the stream waits for it, and no byte of output is missed.
 */
export interface AttachHello {
  readonly kind: 'attach';
  readonly task: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}
