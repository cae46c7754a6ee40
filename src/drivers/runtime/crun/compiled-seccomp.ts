/**
 * crun compiles a seccomp profile at each start: 11 of 22 ms of processor time for Docker's default one, measured with
 * 1.8.1. It leaves the result in its state directory (`<root>/<id>/seccomp.bpf`) and takes it back from the annotation
 * `run.oci.seccomp_bpf_data` (crun(1)) in place of the profile. So each profile is compiled once, by crun itself, and
 * handed over ready from then on. Later versions of crun have a cache of their own, where this saves a little less.
 */
import type { Seccomp, Spec } from '../../../wire/oci-runtime.ts';

const annotation = 'run.oci.seccomp_bpf_data';

/** Profiles in use at once; containers with one of their own are few. */
const kept = 16;

/** A filter is a list of 8-byte instructions (`struct sock_filter`), at most BPF_MAXINSNS. */
const isProgram = (data: Buffer): boolean =>
  data.length > 0 && data.length % 8 === 0 && data.length <= 4096 * 8;

export interface CompiledSeccompOptions {
  /** Reads `seccomp.bpf` of a container that was started; null where there is none. */
  readonly read: (id: string) => Buffer | null;
}

export class CompiledSeccomp {
  readonly #read: CompiledSeccompOptions['read'];
  /** Base64 of the program by profile. The newest use is last. */
  readonly #programs = new Map<string, string>();

  constructor(options: CompiledSeccompOptions) {
    this.#read = options.read;
  }

  /** Puts the compiled program where the profile was, if it is known. */
  apply(spec: Spec): Spec {
    const { seccomp, ...linux } = spec.linux;
    if (seccomp === undefined) return spec;
    const key = JSON.stringify(seccomp);
    const program = this.#programs.get(key);
    if (program === undefined) return spec;
    this.#programs.delete(key);
    this.#programs.set(key, program);
    return { ...spec, linux, annotations: { ...spec.annotations, [annotation]: program } };
  }

  /** Remembers what crun compiled for a container that now runs. Cheap where it is known already. */
  learn(id: string, profile: Seccomp | undefined): void {
    if (profile === undefined) return;
    const key = JSON.stringify(profile);
    if (this.#programs.has(key)) return;
    const program = this.#read(id);
    if (program === null || !isProgram(program)) return;
    this.#programs.set(key, program.toString('base64'));
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > kept && oldest !== undefined) this.#programs.delete(oldest);
  }
}
