import * as v from 'valibot';
import { internal, notFound } from '../../../errors/minke-error.ts';
import type { Processes, RunResult } from '../../../host/process/contract.ts';
import type { LinuxResources, Process, Spec } from '../../../wire/oci-runtime.ts';
import type { OciRuntime, RuntimeContainer, RuntimeProbe, RuntimeState } from '../contract.ts';
import { execArgv, type ProgramCommand, runArgv, verbArgv } from './argv.ts';
import { lastError } from './log.ts';
import { probe } from './probe.ts';
import { emptyScratch, type SeenMounts, STATE_FOLDER } from './scratch.ts';

export interface CommandRuntimeOptions {
  readonly name: string;
  /** A name is looked up in the usual system folders. */
  readonly path: string;
  readonly args?: readonly string[];
  /** `<exec-root>/runtime-<name>` */
  readonly root: string;
  /** For the probe's trial; `/docker`. */
  readonly cgroupParent: string;
  readonly processes: Processes;
  readonly mounts: SeenMounts;
}

const LIMIT = 60_000;

const StateSchema = v.object({
  status: v.picklist(['creating', 'created', 'running', 'paused', 'stopped']),
  pid: v.number(),
});

/** Any program that speaks runc's command line; every verb is a call of the program. */
export class CommandRuntime implements OciRuntime {
  readonly name: string;
  readonly openFiles: number = 0;
  readonly copiesItself: boolean = false;
  readonly env: Readonly<Record<string, string>>;
  protected readonly options: CommandRuntimeOptions;
  protected readonly command: ProgramCommand;
  /** `<exec-root>/runtime-<name>-scratch` */
  readonly #scratch: string;

  constructor(
    options: CommandRuntimeOptions,
    kindArgs: readonly string[] = [],
    logFormat: ProgramCommand['logFormat'] = 'json',
  ) {
    this.name = options.name;
    this.options = options;
    this.command = {
      path: options.path,
      args: [...kindArgs, ...(options.args ?? [])],
      root: options.root,
      logFormat,
    };
    this.#scratch = `${options.root}-scratch`;
    this.env = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      [STATE_FOLDER]: this.#scratch,
    };
  }

  async probe(): Promise<RuntimeProbe> {
    const { name, processes, cgroupParent, mounts } = this.options;
    await emptyScratch(this.#scratch, mounts);
    const { program: _, ...found } = await probe({
      name,
      command: this.command,
      env: this.env,
      processes,
      cgroupParent,
      scratch: this.#scratch,
      clear: (id, cgroup) => this.delete({ id, cgroup, process: null }),
    });
    return found;
  }

  prepare(spec: Spec): Spec {
    return spec;
  }

  started(_id: string, _asked: Spec, _prepared: Spec): void {}

  runArgv(options: { id: string; bundle: string; tty: boolean }): string[] {
    return runArgv(this.command, options);
  }

  execArgv(options: { id: string; processFile: string; tty: boolean }): string[] {
    return execArgv(this.command, options);
  }

  complaint(text: string, kind: 'container' | 'exec', _process: Pick<Process, 'args' | 'cwd'>): string {
    const words = lastError(text) || 'the runtime gave no reason';
    return kind === 'exec' ? `exec failed: ${words}` : `${this.name} create failed: ${words}`;
  }

  async kill({ id }: RuntimeContainer, signal: number, options: { all?: boolean } = {}): Promise<void> {
    await this.call('kill', ...(options.all === true ? ['--all'] : []), id, String(signal));
  }

  async delete({ id }: RuntimeContainer): Promise<void> {
    const result = await this.run('delete', '--force', id);
    if (result.code !== 0 && (await this.list()).includes(id)) throw this.#failure('delete', result);
  }

  async pause({ id }: RuntimeContainer): Promise<void> {
    await this.call('pause', id);
  }

  async resume({ id }: RuntimeContainer): Promise<void> {
    await this.call('resume', id);
  }

  async update(id: string, resources: LinuxResources): Promise<void> {
    const argv = verbArgv(this.command, 'update', '--resources', '/dev/stdin', id);
    const result = await this.options.processes.run(argv, {
      env: this.env,
      timeout: LIMIT,
      stdin: JSON.stringify(resources),
    });
    if (result.code !== 0) throw this.#failure('update', result);
  }

  async state(id: string): Promise<RuntimeState | null> {
    const { code, stdout } = await this.run('state', id);
    if (code !== 0) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), StateSchema), stdout);
    return parsed.success ? parsed.output : null;
  }

  async list(): Promise<string[]> {
    const { code, stdout } = await this.run('list', '--quiet');
    return code === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
  }

  protected run(...verb: string[]): Promise<RunResult> {
    return this.options.processes.run(verbArgv(this.command, ...verb), { env: this.env, timeout: LIMIT });
  }

  /** Runs a verb on a container that must be there. */
  protected async call(verb: string, ...rest: string[]): Promise<void> {
    const result = await this.run(verb, ...rest);
    if (result.code !== 0) throw this.#failure(verb, result);
  }

  #failure(verb: string, { code, stderr }: RunResult): Error {
    const words = lastError(stderr) || `exit status ${code}`;
    const gone = /does not exist|No such process|no such process|not running|already (dead|finished)/.test(
      words,
    );
    return gone ? notFound(words) : internal(`${this.name} ${verb}: ${words}`);
  }
}
