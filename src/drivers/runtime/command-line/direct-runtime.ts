import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { notFound, systemCode } from '../../../errors/minke-error.ts';
import type { Cgroups } from '../../../host/cgroup/contract.ts';
import type { Proc } from '../../../host/proc/contract.ts';
import type { RuntimeContainer } from '../contract.ts';
import type { ProgramCommand } from './argv.ts';
import { CommandRuntime, type CommandRuntimeOptions } from './command-runtime.ts';
import { removeMounted } from './scratch.ts';

export interface DirectRuntimeOptions extends CommandRuntimeOptions {
  readonly cgroups: Cgroups;
  readonly proc: Proc;
}

/**
 * A runtime that leaves the container to the kernel: its state is one folder below its root, its processes are in
 * the cgroup that the spec names. So signals, pause, resume and removal need no call of the program, each of which
 * costs 3 ms and more.
 */
export class DirectRuntime extends CommandRuntime {
  protected readonly direct: DirectRuntimeOptions;

  constructor(
    options: DirectRuntimeOptions,
    kindArgs: readonly string[] = [],
    logFormat: ProgramCommand['logFormat'] = 'json',
  ) {
    super(options, kindArgs, logFormat);
    this.direct = options;
  }

  override async kill(
    container: RuntimeContainer,
    signal: number,
    options: { all?: boolean } = {},
  ): Promise<void> {
    const { cgroups, proc } = this.direct;
    const targets =
      options.all === true
        ? cgroups.processes(container.cgroup).map((pid) => proc.identify(pid))
        : [container.process];
    const reached = targets.filter((target) => target !== null && proc.signal(target, signal));
    if (reached.length === 0) throw notFound('no such process');
  }

  override async pause({ cgroup }: RuntimeContainer): Promise<void> {
    await this.direct.cgroups.freeze(cgroup);
  }

  override async resume({ cgroup }: RuntimeContainer): Promise<void> {
    await this.direct.cgroups.thaw(cgroup);
  }

  override async delete({ id, cgroup }: RuntimeContainer): Promise<void> {
    const { cgroups, mounts } = this.direct;
    if (cgroups.exists(cgroup)) {
      // Left behind where the container shared another's pid namespace.
      if (cgroups.processes(cgroup).length > 0) await cgroups.killAll(cgroup);
      await cgroups.remove(cgroup);
    }
    // Four small files, on a tmpfs; and, of a runc that was killed as it began, its program bound to a file.
    await removeMounted(join(this.command.root, id), mounts);
  }

  override async list(): Promise<string[]> {
    try {
      return readdirSync(this.command.root).filter((name) => !name.startsWith('.'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  protected stateFile(id: string, name: string): string {
    return join(this.command.root, id, name);
  }

  protected stateFileSize(id: string, name: string): number {
    return lstatSync(this.stateFile(id, name), { throwIfNoEntry: false })?.size ?? 0;
  }
}
