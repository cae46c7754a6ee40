import { isAbsolute } from 'node:path';

export interface CpArgument {
  readonly container: string | undefined;
  readonly path: string;
}

/** `CONTAINER:PATH`, or a local path: one that is absolute or begins with a dot never names a container. */
export function cpArgument(argument: string): CpArgument {
  if (isAbsolute(argument)) return { container: undefined, path: argument };
  const colon = argument.indexOf(':');
  if (colon < 0 || argument.startsWith('.')) return { container: undefined, path: argument };
  return { container: argument.slice(0, colon), path: argument.slice(colon + 1) };
}
