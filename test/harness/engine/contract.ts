/** An engine under test: a real dockerd or ours, in a network namespace and folders of its own. */
import type { CommandOptions, CommandResult } from '../command.ts';
import type { ApiAnswer } from './api.ts';

export type EngineName = 'docker28' | 'docker20' | 'minke';

export interface EngineOptions {
  /** More flags for the daemon, e.g. `['--live-restore']`. */
  readonly flags?: readonly string[];
  /** What stands in the daemon's configuration file; `{}` where absent. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Path of the docker client that drives it where none is named; default the newest that is there. */
  readonly client?: string;
  /** More environment of the daemon. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where folders of engines are made; default the system's temporary folder. */
  readonly below?: string;
  /** The exec root is a tmpfs, as /run is on a host that is in use. */
  readonly execRootInMemory?: boolean;
}

export interface Engine {
  readonly name: EngineName;
  /** Path of the API's socket. */
  readonly socket: string;
  readonly dataRoot: string;
  readonly execRoot: string;
  /** Cgroup path (below each hierarchy) that holds all containers of this engine. */
  readonly cgroupParent: string;
  /** Name of the network namespace, as `ip netns` knows it. */
  readonly netns: string;
  /** What a client needs to speak to it: DOCKER_HOST, an empty DOCKER_CONFIG, PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Path of the docker client that `docker` runs where none is named. */
  readonly client: string;
  /** Pid of the daemon that runs now. */
  readonly pid: number;

  /** Runs a docker client (the engine's unless another path is given) against this engine. */
  docker(
    args: readonly string[],
    options?: CommandOptions & { readonly client?: string },
  ): Promise<CommandResult>;
  /** One API call; `path` as `/v1.51/containers/json` or `/containers/json`. */
  api(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Runs a program in the engine's network namespace: there its published ports are. */
  inside(argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;

  /** Pids of the daemon and of what it needs to serve (containerd, shims, keeper), without containers' processes. */
  processes(): Promise<number[]>;
  /** What the daemon printed so far. */
  log(): Promise<string>;
  /** Ends the daemon at once, as a crash would; containers are left as they are. */
  crash(): Promise<void>;
  /** Ends the daemon as an administrator would (SIGTERM) and waits for it. */
  down(): Promise<void>;
  /** Starts the daemon again in the same folders after `crash` or `down`. */
  up(): Promise<void>;
  /**
   * Removes all containers, ends the daemon and takes the ground away. Answers what had to be cleared by force:
   * an engine that cleans up after itself leaves the list empty.
   */
  stop(): Promise<string[]>;
}
