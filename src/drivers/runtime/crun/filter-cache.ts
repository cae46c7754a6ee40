/**
 * Compiled seccomp filters. crun makes the filter out of the spec at every start, which costs 14 of its 24 ms; given
 * the compiled program by its annotation `run.oci.seccomp_bpf_data` (crun.1) it installs that as it is. The program is
 * the one that crun itself compiled and left in its state folder at the first start with the same rules.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Seccomp } from '../../../wire/oci-runtime.ts';

/** Filters in memory and on disk; Docker containers use two or three different ones. */
const MOST = 64;

export class FilterCache {
  readonly #folder: string;
  readonly #version: string;
  readonly #keys = new WeakMap<Seccomp, string>();
  readonly #filters = new Map<string, string>();

  /** @param folder root's own, not for containers; @param version of crun: another one may compile differently */
  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  #key(seccomp: Seccomp): string {
    let key = this.#keys.get(seccomp);
    if (key === undefined) {
      key = createHash('sha256')
        .update(JSON.stringify([this.#version, release(), process.arch, seccomp]))
        .digest('hex');
      this.#keys.set(seccomp, key);
    }
    return key;
  }

  /** The compiled filter in base64, if these rules were seen before. */
  get(seccomp: Seccomp): string | undefined {
    const key = this.#key(seccomp);
    const known = this.#filters.get(key);
    if (known !== undefined) return known;
    try {
      const program = checked(readFileSync(join(this.#folder, `${key}.bpf`)));
      return program === undefined ? undefined : this.#keep(key, program);
    } catch {
      return undefined;
    }
  }

  /** Keeps what crun compiled. */
  learn(seccomp: Seccomp, program: Buffer): void {
    if (!isProgram(program)) return;
    const key = this.#key(seccomp);
    this.#keep(key, program);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const path = join(this.#folder, `${key}.bpf`);
      writeFileSync(`${path}.tmp`, Buffer.concat([sumOf(program), program]), { mode: 0o600 });
      renameSync(`${path}.tmp`, path);
    } catch {
      // It will be learnt again.
    }
  }

  #keep(key: string, program: Buffer): string {
    const [oldest] = this.#filters.keys();
    if (this.#filters.size >= MOST && oldest !== undefined) this.#filters.delete(oldest);
    const text = program.toString('base64');
    this.#filters.set(key, text);
    return text;
  }
}

/** `struct sock_filter` is 8 bytes; a program has at most 4096 of them (BPF_MAXINSNS). */
const isProgram = (program: Buffer): boolean =>
  program.length >= 8 && program.length % 8 === 0 && program.length <= 4096 * 8;

const sumOf = (program: Buffer): Buffer => createHash('sha256').update(program).digest();
const SUM_BYTES = 32;

/** The program behind its checksum; undefined where the file is not as it was written: half a filter is none. */
function checked(file: Buffer): Buffer | undefined {
  const program = file.subarray(SUM_BYTES);
  return isProgram(program) && sumOf(program).equals(file.subarray(0, SUM_BYTES)) ? program : undefined;
}
