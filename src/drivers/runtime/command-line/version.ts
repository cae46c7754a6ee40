/** What `runc --version` and `crun --version` print. */
export interface ProgramVersion {
  /** First word of the output: which program it is, whatever its file is called. */
  readonly program: string;
  readonly version: string;
  readonly commit?: string;
}

export function parseVersion(text: string): ProgramVersion {
  const [program = '', version = ''] = /^(\S+) version (\S+)/m.exec(text)?.slice(1) ?? [];
  const commit = /^commit: (\S+)/m.exec(text)?.[1];
  return { program, version, ...(commit === undefined ? {} : { commit }) };
}
