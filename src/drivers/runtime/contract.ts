/**
 * An OCI runtime (crun, runc, any other that speaks runc's command line). A driver makes command lines and reads
 * what the program says; long-lived processes are started by the keeper, the short verbs by the driver itself.
 */
import type { LinuxResources } from '../../wire/oci-runtime.ts';

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

export interface OciRuntime {
  readonly name: string;
  /** Finds the program, reads its version, tries it on this host's cgroups. */
  probe(): Promise<RuntimeProbe>;
  /** For the keeper: placeholders `${PID_FILE}`, `${CONSOLE_SOCKET}` as in `TaskSpec.argv`. */
  runArgv(options: { id: string; bundle: string; tty: boolean }): string[];
  execArgv(options: { id: string; processFile: string; tty: boolean }): string[];
  /** Sends a signal to the container's init (`all`: to every process of it). `not-found` when it has gone. */
  kill(id: string, signal: number, options?: { all?: boolean }): Promise<void>;
  /** Removes what the runtime holds of the container (state, cgroup). Idempotent. */
  delete(id: string, options?: { force?: boolean }): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  update(id: string, resources: LinuxResources): Promise<void>;
  state(id: string): Promise<RuntimeState | null>;
  list(): Promise<string[]>;
}
