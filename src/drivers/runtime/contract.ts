/**
 * An OCI runtime (crun, runc, any other that speaks runc's command line). A driver makes command lines and reads
 * what the program says; long-lived processes are started by the keeper, the short verbs by the driver itself.
 *
 * Promises that every driver keeps (`suite.ts`): `kill`, `pause`, `resume` act on that very process or answer
 * `not-found`; `delete` is idempotent and leaves no cgroup, no state and no process.
 */
import type { ProcessIdentity } from '../../host/proc/contract.ts';
import type { LinuxResources, Process, Spec } from '../../wire/oci-runtime.ts';

export interface RuntimeProbe {
  readonly name: string;
  /** Absolute path of the program. */
  readonly path: string;
  readonly version: string;
  readonly commit?: string;
  /** Warnings for `info` and the log: below a security floor, mended, limited. */
  readonly warnings: readonly string[];
  readonly usable: boolean;
  /** Why it is not usable. */
  readonly reason?: string;
}

export interface RuntimeState {
  readonly status: 'creating' | 'created' | 'running' | 'paused' | 'stopped';
  readonly pid: number;
}

/** A container that the runtime was asked to make. */
export interface RuntimeContainer {
  readonly id: string;
  /** `linux.cgroupsPath` of its spec. */
  readonly cgroup: string;
  /** Its first process; null when it is not known or has gone. */
  readonly process: ProcessIdentity | null;
}

export interface OciRuntime {
  readonly name: string;
  /** A soft limit of open files (`nofile`) below this may keep it from setting the container up. */
  readonly openFiles: number;
  /** It copies itself at each start, so that no container can write to its program, unless it runs from a sealed copy. */
  readonly copiesItself: boolean;
  /** Finds the program, reads its version, tries it on this host's cgroups. Before anything else, once. */
  probe(): Promise<RuntimeProbe>;
  /** All of the runtime's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The spec as this runtime takes it best; the same meaning. */
  prepare(spec: Spec): Spec;
  /**
   * To be told right after a container was started from `prepare`'s answer. Throws `internal` where the runtime did
   * not apply what `prepare` asked for: the container must be killed then.
   */
  started(id: string, asked: Spec, prepared: Spec): void;
  /**
   * For the keeper: placeholders `${PID_FILE}`, `${CONSOLE_SOCKET}`, `${LOG_FILE}` as in `TaskSpec.argv`.
   */
  runArgv(options: { id: string; bundle: string; tty: boolean }): string[];
  execArgv(options: { id: string; processFile: string; tty: boolean }): string[];
  /**
   * Why it did not start, in the words that clients know from runc ("runc create failed: unable to start container
   * process: …", "exec failed: …").
   * @param text its log (`RuntimeFailure.runtimeOutput`), or what it wrote on standard error
   */
  complaint(text: string, kind: 'container' | 'exec', process: Pick<Process, 'args' | 'cwd'>): string;
  /** Sends a signal to the container's first process (`all`: to every process of it). `not-found` when it has gone. */
  kill(container: RuntimeContainer, signal: number, options?: { all?: boolean }): Promise<void>;
  /** Removes all that is there of the container: processes, cgroup, state. Idempotent. */
  delete(container: RuntimeContainer): Promise<void>;
  pause(container: RuntimeContainer): Promise<void>;
  resume(container: RuntimeContainer): Promise<void>;
  update(id: string, resources: LinuxResources): Promise<void>;
  state(id: string): Promise<RuntimeState | null>;
  /** Ids of all containers that it holds state of. */
  list(): Promise<string[]>;
}

/** The files that a container needs on the host, beside its filesystem: its bundle and its three files in /etc. */
export interface ContainerFolders {
  /** `<exec-root>/containers/<id>`, on a tmpfs: config.json, process files of execs. */
  bundle(id: string): string;
  /** `<data-root>/containers/<id>`: hosts, hostname, resolv.conf, logs of the container. */
  folder(id: string): string;
  writeSpec(id: string, spec: Spec): void;
  /** The spec that was written last; null where there is none. */
  readSpec(id: string): Spec | null;
  /** Writes a process file for an exec and answers its path. */
  writeProcess(id: string, exec: string, process: Process): string;
  removeProcess(id: string, exec: string): void;
  /** Writes `hosts`, `hostname`, `resolv.conf` (0644) and answers their absolute path. */
  writeFile(id: string, name: EtcFile, content: string): string;
  readFile(id: string, name: EtcFile): string | null;
  /** A tmpfs for a /dev/shm that others may share (`ipc: shareable`); answers its path. */
  mountShm(id: string, bytes: number): Promise<string>;
  unmountShm(id: string): Promise<void>;
  /**
   * Binds a part of a volume or image to a place of its own that no container can change, and answers the place.
   * @param name of the part within the container: `0`, `1`, …
   * @param source by descriptor: `/proc/<pid>/fd/<n>`
   */
  bindPart(id: string, name: string, source: string): Promise<string>;
  /** Takes all parts of a container away. Idempotent. */
  unbindParts(id: string): Promise<void>;
  /** Ids that have parts. */
  parts(): string[];
  /** Removes the bundle. Idempotent. */
  removeBundle(id: string): Promise<void>;
  /** Removes the folder with all logs in it. Idempotent. */
  removeFolder(id: string): Promise<void>;
  /** Ids that have a bundle. */
  bundles(): string[];
  /**
   * Ids that have a folder without a record. `strays`: with none at all, a removal was cut short. `damaged`: theirs
   * could not be read and was moved aside, and what they have waits for somebody who mends it.
   */
  withoutRecord(): { readonly strays: string[]; readonly damaged: string[] };
}

export type EtcFile = 'hosts' | 'hostname' | 'resolv.conf';
