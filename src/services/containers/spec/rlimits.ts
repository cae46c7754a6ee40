/** `--ulimit` and the daemon's defaults: setrlimit(2). */
import { invalid } from '../../../errors/minke-error.ts';
import type { RLimit } from '../../../host/proc/contract.ts';
import { type Process, unlimited } from '../../../wire/oci-runtime.ts';

export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

const names: ReadonlySet<string> = new Set([
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss'],
  ...['rtprio', 'rttime', 'sigpending', 'stack', 'as'],
]);

/** RLIM_INFINITY in requests. */
const INFINITY = -1;

export function checkUlimits(ulimits: readonly Ulimit[] | null): void {
  for (const { Name, Soft, Hard } of ulimits ?? []) {
    if (!names.has(Name)) throw invalid(`invalid ulimit type: ${Name}`);
    if (Hard >= 0 && (Soft > Hard || Soft < 0)) {
      throw invalid(`ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`);
    }
  }
}

/** Those of the container, and the daemon's for names that it leaves alone. */
export const mergeUlimits = (own: readonly Ulimit[] | null, defaults: readonly Ulimit[]): Ulimit[] => [
  ...(own ?? []),
  ...defaults.filter(({ Name }) => !(own ?? []).some((ulimit) => ulimit.Name === Name)),
];

const smaller = (a: number, b: number): number => {
  if (a === INFINITY) return b;
  return b === INFINITY ? a : Math.min(a, b);
};

/**
 * For the spec. Without CAP_SYS_RESOURCE a limit above the engine's own can't be set: it is cut to what the engine has,
 * as a container with a lower limit is worth more than none.
 */
export function rlimits(
  ulimits: readonly Ulimit[],
  host: { limits: ReadonlyMap<string, RLimit>; mayRaise: boolean },
): NonNullable<Process['rlimits']> {
  return ulimits.map(({ Name, Soft, Hard }) => {
    const most = host.limits.get(Name)?.hard ?? INFINITY;
    const hard = host.mayRaise ? Hard : smaller(Hard, most);
    const soft = smaller(Soft, hard);
    return { type: `RLIMIT_${Name.toUpperCase()}`, hard: shown(hard), soft: shown(soft) };
  });
}

/** RLIM_INFINITY in a spec: whoever writes it as JSON puts 2^64-1 there, which no number of this language can be. */
const shown = (limit: number): number => (limit < 0 ? unlimited : limit);
