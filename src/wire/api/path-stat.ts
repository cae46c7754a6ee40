/** Header `X-Docker-Container-Path-Stat`: base64 (RFC 4648, section 4) of JSON. */
export const pathStatHeader = 'X-Docker-Container-Path-Stat';

export interface PathStatFields {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}

export function encodePathStat(stat: PathStatFields): string {
  const { name, size, mode, mtime, linkTarget } = stat;
  return Buffer.from(JSON.stringify({ name, size, mode, mtime, linkTarget })).toString('base64');
}
