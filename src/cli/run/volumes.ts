import { resolve } from 'node:path';

export interface SplitVolumes {
  readonly binds: readonly string[];
  /** Places of anonymous volumes. */
  readonly anonymous: readonly string[];
}

/** Checks `[source:]target[:options]`; throws with Docker's words. True where there is a source. */
function hasSource(spec: string): boolean {
  if (spec === '') throw new Error('invalid empty volume spec');
  if (spec.length <= 2) return false;
  const parts = spec.split(':');
  if (parts.includes('')) throw new Error(`invalid spec: ${spec}: empty section between colons`);
  if (parts.length > 3) throw new Error(`invalid spec: ${spec}: too many colons`);
  return parts.length > 1;
}

/** Takes `-v` apart into binds, for `HostConfig.Binds`, and anonymous volumes. Relative sources become absolute. */
export function splitVolumes(specs: readonly string[], directory: string): SplitVolumes {
  const binds: string[] = [];
  const anonymous: string[] = [];
  for (const spec of new Set(specs)) {
    if (!hasSource(spec)) {
      anonymous.push(spec);
      continue;
    }
    const colon = spec.indexOf(':');
    const source = spec.slice(0, colon);
    binds.push(source.startsWith('.') ? `${resolve(directory, source)}${spec.slice(colon)}` : spec);
  }
  return { binds, anonymous };
}
