import { notFound } from '../../../errors/minke-error.ts';

/** One exec: what was asked for, and what became of it. Kept in memory only. */
export interface Exec {
  readonly id: string;
  /** Id of its container. */
  readonly container: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly workingDir: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys: string;
  readonly consoleSize: readonly number[] | null;
  status: 'created' | 'running' | 'ended';
  pid: number;
  exitCode: number | null;
  /** Its attached client has seen its end. */
  gone: boolean;
  /** Resolves with the exit status. */
  readonly end: PromiseWithResolvers<number>;
}

/** Ended ones can be asked about for a while. */
const KEPT = 5 * 60_000;
/** So many at most: a client that makes execs and never starts them must not fill the memory. */
const MOST_IDLE = 10_000;

export class ExecTable {
  readonly #byId = new Map<string, Exec>();

  add(exec: Exec): void {
    if (this.#byId.size >= MOST_IDLE) {
      const idle = [...this.#byId.values()].find(({ status }) => status !== 'running');
      if (idle !== undefined) this.#byId.delete(idle.id);
    }
    this.#byId.set(exec.id, exec);
  }

  find(id: string): Exec | undefined {
    return this.#byId.get(id);
  }

  /** @throws not-found "No such exec instance: …" */
  get(id: string): Exec {
    const exec = this.#byId.get(id);
    if (exec === undefined) throw notFound(`No such exec instance: ${id}`);
    return exec;
  }

  ended(exec: Exec, exitCode: number): void {
    exec.status = 'ended';
    exec.exitCode = exitCode;
    exec.end.resolve(exitCode);
    setTimeout(() => this.#byId.delete(exec.id), KEPT).unref();
  }

  /** Of a container: those that run or may be started yet. */
  open(container: string): Exec[] {
    return [...this.#byId.values()].filter((exec) => exec.container === container && exec.status !== 'ended');
  }

  /** The container ended: what was not started by then never will be. */
  forgetUnstarted(container: string): void {
    for (const { id, status } of this.open(container)) if (status === 'created') this.#byId.delete(id);
  }

  forgetContainer(container: string): void {
    for (const exec of this.#byId.values()) if (exec.container === container) this.#byId.delete(exec.id);
  }
}
