import { readFileSync } from 'node:fs';
import { internal } from '../../../errors/minke-error.ts';
import type { LinuxResources, Process, Spec } from '../../../wire/oci-runtime.ts';
import { DirectRuntime, type DirectRuntimeOptions } from '../command-line/direct-runtime.ts';
import { compareVersions } from '../command-line/floors.ts';
import type { OciRuntime, RuntimeProbe } from '../contract.ts';
import { crunComplaint } from './complaints.ts';
import { FilterCache } from './filter-cache.ts';

/** The most that pids.max takes as a number, PID_MAX_LIMIT of the kernel: so many processes there never are. */
const ALL_PROCESSES = 4_194_304;
const COMPILED_FILTER = 'run.oci.seccomp_bpf_data';
/** In the container's folder below crun's root. */
const FILTER_FILE = 'seccomp.bpf';
/** Below this the annotation is not known, and a spec without `seccomp` would run unfiltered. */
const TAKES_COMPILED = '1.8';

class Crun extends DirectRuntime {
  /**
   * It sets the limit first of all, and then opens up to thirty files at a time (measured; more mounts need no more).
   * No higher than needed: runc before 1.2 gives some processes of exec the hard limit for the soft one.
   */
  override readonly openFiles = 32;
  /** By a bind mount and a second execve, or a copy of the whole file: half of the processor time of a short call. */
  override readonly copiesItself = true;
  #filters: FilterCache | null = null;

  override async probe(): Promise<RuntimeProbe> {
    const found = await super.probe();
    if (found.usable && compareVersions(found.version, TAKES_COMPILED) >= 0) {
      this.#filters = new FilterCache(
        `${this.command.root}-filters`,
        `${found.version} ${found.commit ?? ''}`,
      );
    }
    return found;
  }

  /** Rules with flags are left to crun. */
  #cacheFor(spec: Spec): FilterCache | null {
    const seccomp = spec.linux.seccomp;
    return seccomp === undefined || (seccomp.flags?.length ?? 0) > 0 ? null : this.#filters;
  }

  override prepare(spec: Spec): Spec {
    const { seccomp, ...linux } = spec.linux;
    const filter = seccomp === undefined ? undefined : this.#cacheFor(spec)?.get(seccomp);
    if (filter === undefined) return spec;
    return { ...spec, linux, annotations: { ...spec.annotations, [COMPILED_FILTER]: filter } };
  }

  override started(id: string, asked: Spec, prepared: Spec): void {
    const seccomp = asked.linux.seccomp;
    if (seccomp === undefined) return;
    if (prepared === asked) {
      const cache = this.#cacheFor(asked);
      if (cache !== null) cache.learn(seccomp, readOrEmpty(this.stateFile(id, FILTER_FILE)));
      return;
    }
    // A short-lived container's state may be gone already, but never before this is called: removal is ours.
    const filter = prepared.annotations?.[COMPILED_FILTER] ?? '';
    if (this.stateFileSize(id, FILTER_FILE) !== Buffer.byteLength(filter, 'base64')) {
      this.#filters = null;
      throw internal('crun did not install the seccomp filter that it was given');
    }
  }

  /** To lift the limit of processes it would write -1 into pids.max, which the kernel refuses. */
  override update(id: string, resources: LinuxResources): Promise<void> {
    const { pids, ...rest } = resources;
    if (pids === undefined || pids.limit > 0) return super.update(id, resources);
    return super.update(id, { ...rest, pids: { limit: ALL_PROCESSES } });
  }

  override complaint(
    text: string,
    kind: 'container' | 'exec',
    process: Pick<Process, 'args' | 'cwd'>,
  ): string {
    return crunComplaint(text.trim(), kind, process);
  }
}

const readOrEmpty = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
};

/**
 * crun(1). Its log is text: what it says of a program that can't be run after all (another machine's, an interpreter that
 * is missing) it says in that format to the container's standard error, where people read it.
 */
export const crunRuntime = (options: DirectRuntimeOptions): OciRuntime =>
  new Crun(options, ['--cgroup-manager', 'cgroupfs'], 'text');
