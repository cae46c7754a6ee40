/**
 * The keeper as the daemon sees it. Implemented by `keeper/client/` (a real keeper process) and by
 * `keeper/memory/` (a double for unit tests); `keeper/suite.ts` is passed by both.
 */
import type { Duplex } from 'node:stream';
import type { AttachHello, HostNames, ProxySpec, TaskExit, TaskSpec, TaskStatus } from '../wire/keeper.ts';
import type { NameSpec } from '../wire/names.ts';

export interface Keeper {
  /** Starts a task. Throws MinkeError `internal` with the OCI runtime's words in `cause: RuntimeFailure`. */
  launch(task: TaskSpec): Promise<TaskStatus>;
  /** All tasks; launches under way are waited for. */
  list(): Promise<TaskStatus[]>;
  /** Output framed as Docker does, input raw; see `AttachHello`. Aborting destroys the stream. */
  attach(hello: Omit<AttachHello, 'kind'>, signal?: AbortSignal): Promise<Duplex>;
  resize(task: string, size: { height: number; width: number }): Promise<void>;
  forget(task: string): Promise<void>;
  /** Throws `conflict` "… address already in use" where a port is taken. */
  proxies(container: string, proxies: readonly ProxySpec[]): Promise<void>;
  /** Closes the proxies of all containers but these. */
  keepProxies(containers: readonly string[]): Promise<void>;
  /**
   * What a container's embedded resolver knows of it and its neighbours of it; null: it has gone. Resolves when it
   * is answered accordingly.
   */
  names(container: string, names: NameSpec | null): Promise<void>;
  /** Where the host is told the names of containers. Throws `conflict` where that address is not to be had. */
  hostNames(at: HostNames | null): Promise<void>;
  /** Called for each task that ended, at least once; survives a restart of the keeper. */
  onExit(listener: (task: TaskStatus & { exit: TaskExit }) => void): () => void;
  /** Pid of the keeper process now. */
  readonly pid: number;
  close(): Promise<void>;
}

export class RuntimeFailure extends Error {
  readonly runtimeOutput: string;
  constructor(runtimeOutput: string) {
    super('the OCI runtime failed');
    this.runtimeOutput = runtimeOutput;
  }
}
