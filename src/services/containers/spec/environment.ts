/** The environment of a container's processes, built from nothing. */

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? '';

/** Later entries replace earlier ones of the same name; one without `=` takes the name away. */
export function overlayEnvironment(base: readonly string[], over: readonly string[]): string[] {
  const result = [...base];
  for (const entry of over) {
    const name = nameOf(entry);
    const at = result.findIndex((have) => nameOf(have) === name);
    if (!entry.includes('=')) {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = entry;
    else result.push(entry);
  }
  return result;
}

/**
 * A process without HOME, or with an empty one, gets that of its user. Programs look for it, and crun by itself gives one
 * only to users that the image knows.
 */
export const withHome = (env: readonly string[], home: string): string[] =>
  env.some((entry) => entry.startsWith('HOME=') && entry !== 'HOME=')
    ? [...env]
    : [...env.filter((entry) => entry !== 'HOME='), `HOME=${home}`];

export interface EnvironmentParts {
  readonly hostname: string;
  readonly tty: boolean;
  readonly env: readonly string[] | null;
}

export const containerEnvironment = ({ hostname, tty, env }: EnvironmentParts): string[] =>
  overlayEnvironment(
    [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${hostname}`, ...(tty ? ['TERM=xterm'] : [])],
    env ?? [],
  );
