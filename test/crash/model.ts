/**
 * What may be true of an engine under a load that was cut short. Pure data: each thing has the set of states that it
 * may be in. An answered request leaves one; one that was cut off leaves the state before and the state after.
 */

export type Status = 'absent' | 'created' | 'running' | 'paused' | 'exited';

/** How a request ended: `cut` was on its way when something died, and may or may not have happened. */
export type Outcome = 'done' | 'refused' | 'cut';

/** A number that is known between two ends. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/**
 * `counter` prints 0, 1, 2, … until a signal ends it; on SIGTERM it prints `end` and exits with `ENDED`.
 * `short` prints so many lines and exits with `code`.
 */
export type Program =
  | { readonly kind: 'counter' }
  | { readonly kind: 'short'; readonly lines: number; readonly code: number };

/** What dies in a round: kills.ts. */
export const KINDS = ['daemon', 'keeper', 'both', 'runtime', 'proxy', 'term'] as const;
export type Kind = (typeof KINDS)[number];

export const ENDED = 5;
export const KILLED = 137;

export interface ContainerModel {
  readonly name: string;
  /** Tells containers of one name apart. */
  readonly born: number;
  readonly program: Program;
  /** Removed by itself at its end. */
  readonly autoRemove: boolean;
  /** A named volume that it has at /data; '' for none. */
  readonly volume: string;
  /** An echo answers at its published ports while it runs. */
  readonly serves: boolean;
  /** Networks that it must be, and may be, connected to. */
  readonly networks: Readonly<Record<string, 'yes' | 'maybe'>>;
  readonly may: ReadonlySet<Status>;
  readonly starts: Span;
  /** So many of its runs may have been killed by a stranger: they may have said a part, or nothing. */
  readonly struck: number;
  /** Exit statuses that its last run may have; a start that failed may leave any. */
  readonly codes: ReadonlySet<number> | 'any';
  /** Lines that execs appended to /marks of this very container. */
  readonly marks: Span;
  /** It is frozen, and a removal that was cut off may have killed it: that waits for its thaw. */
  readonly doomed: boolean;
  /** The run is the same as before: same pid. 0 where it may be another. */
  readonly pid: number;
}

export type Verb = 'create' | 'start' | 'stop' | 'kill' | 'restart' | 'pause' | 'unpause' | 'remove';

const none: Span = { least: 0, most: 0 };

export const newContainer = (
  wish: Pick<ContainerModel, 'name' | 'born' | 'program' | 'autoRemove' | 'volume' | 'serves'> & {
    networks: readonly string[];
  },
): ContainerModel => ({
  ...wish,
  networks: Object.fromEntries(wish.networks.map((network) => [network, 'yes' as const])),
  may: new Set(['absent']),
  starts: none,
  struck: 0,
  codes: new Set(),
  marks: none,
  doomed: false,
  pid: 0,
});

/** States after a run began: a short program may be over, and with `--rm` gone. */
function running({ program, autoRemove }: ContainerModel): Status[] {
  return program.kind === 'counter' ? ['running'] : ['running', autoRemove ? 'absent' : 'exited'];
}

const over = ({ autoRemove }: ContainerModel): Status => (autoRemove ? 'absent' : 'exited');

/** States that a verb leads to where it is done. */
function target(model: ContainerModel, verb: Verb): Status[] {
  switch (verb) {
    case 'create':
      return ['created'];
    case 'start':
      return running(model);
    case 'unpause':
      return model.doomed ? [...running(model), over(model)] : running(model);
    case 'restart':
      return running({ ...model, autoRemove: false });
    case 'pause':
      return ['paused'];
    case 'stop':
    case 'kill':
      return [over(model)];
    case 'remove':
      return ['absent'];
  }
}

/** States on the way that a cut-off verb may stop at. */
function halfWay(model: ContainerModel, verb: Verb): Status[] {
  if (verb === 'remove' || verb === 'restart') return model.may.has('created') ? [] : ['exited'];
  return [];
}

const plus = (span: Span, least: number, most: number): Span => ({
  least: span.least + least,
  most: span.most + most,
});

const signals: Partial<Record<Verb, readonly number[]>> = {
  stop: [ENDED, KILLED],
  restart: [ENDED, KILLED],
  kill: [KILLED],
  remove: [KILLED],
};

const union = <T>(a: ReadonlySet<T>, b: Iterable<T>): Set<T> => new Set([...a, ...b]);

/** The exit statuses that become possible. */
function codesAfter(model: ContainerModel, verb: Verb, outcome: Outcome): ContainerModel['codes'] {
  const { program, codes } = model;
  if (outcome === 'refused') return verb === 'start' || verb === 'restart' ? 'any' : codes;
  if (codes === 'any' && verb !== 'start') return codes;
  const own = program.kind === 'short' ? [program.code] : [];
  const before = codes === 'any' || (verb === 'start' && outcome === 'done') ? new Set<number>() : codes;
  if (verb === 'start') return outcome === 'cut' ? 'any' : union(before, own);
  if (verb === 'restart' && outcome === 'cut') return 'any';
  return union(before, signals[verb] ?? []);
}

/** The container after a verb. `refused` leaves it as it was (a start that failed: not running). */
export function after(model: ContainerModel, verb: Verb, outcome: Outcome): ContainerModel {
  const starts = verb === 'start' || verb === 'restart';
  const codes = codesAfter(model, verb, outcome);
  if (outcome === 'refused') {
    const may = starts ? union<Status>(model.may, ['created', over(model)]) : model.may;
    return { ...model, may, codes, starts: starts ? plus(model.starts, 0, 1) : model.starts };
  }
  const to = target(model, verb);
  const done = outcome === 'done';
  const renewed = starts || verb === 'create' || verb === 'remove';
  return {
    ...model,
    may: done ? new Set(to) : union(union(model.may, to), halfWay(model, verb)),
    codes,
    starts: starts ? plus(model.starts, done ? 1 : 0, 1) : model.starts,
    doomed: model.doomed && !renewed && !(verb === 'unpause' && done),
    pid: renewed ? 0 : model.pid,
  };
}

/** A verb was done while runtimes were being killed: its process may have been one of them, and killed too. */
export const struck = (before: ContainerModel, model: ContainerModel): ContainerModel =>
  model.may.has('running')
    ? {
        ...model,
        may: union(model.may, [over(model)]),
        codes: 'any',
        struck: model.struck + model.starts.least - before.starts.least,
      }
    : model;

/**
 * Runtimes were killed some time after a start was answered: its process is one of the runtime's until its program is
 * executed, which on a busy machine may be later than the answer.
 */
export const perhapsStruck = (model: ContainerModel): ContainerModel =>
  model.may.has('running') || model.may.has('paused')
    ? { ...model, may: union(model.may, [over(model)]), codes: 'any', struck: model.struck + 1 }
    : model;

/** One more line by an exec. */
export const marked = (span: Span, outcome: Outcome): Span =>
  outcome === 'refused' ? span : plus(span, outcome === 'done' ? 1 : 0, 1);

/**
 * So many marks were seen. Those of execs that were cut off may come later: what writes them lives on with the
 * container.
 */
export const sinceSeen = ({ most }: Span, seen: number): Span => ({
  least: seen,
  most: Math.max(seen, most),
});

/** By the rules of the packet filter, or by the userland proxy. */
export const WAYS = ['filter', 'proxy'] as const;
export type Way = (typeof WAYS)[number];

/** A conversation with a running container through a port that it publishes. */
export interface Call {
  readonly key: string;
  readonly container: string;
  readonly proto: 'tcp' | 'udp';
  readonly way: Way;
  /** Something died that may have ended it, and it was not heard since. */
  readonly mayHaveEnded: boolean;
}

/**
 * `minke-proxy` ends with its keeper, and the connections through it end with `minke-proxy`; all else lives on. Of
 * datagrams some may be lost; there is nothing that could end.
 */
export const endsCall = ({ proto, way }: Pick<Call, 'proto' | 'way'>, died: Kind): boolean =>
  proto === 'tcp' && way === 'proxy' && (died === 'keeper' || died === 'both' || died === 'proxy');

/** Whether what a verb does to a container ends the calls with it: a frozen one answers later. */
export const endsCalls = (verb: Verb): boolean => verb !== 'pause' && verb !== 'unpause';

/** A thing that is there or not: volumes, networks, tags of images. */
export type Presence = ReadonlySet<'there' | 'absent'>;
export const absent: Presence = new Set(['absent']);

export function presence(before: Presence, wanted: 'there' | 'absent', outcome: Outcome): Presence {
  if (outcome === 'refused') return before;
  return outcome === 'done' ? new Set([wanted]) : union(before, [wanted]);
}

/**
 * Checks a counter's log: runs that each count 0, 1, 2, … without a gap, `end` only as a run's last line.
 * Answers what is wrong, or undefined.
 */
export function countingFault(lines: readonly string[], starts: Span): string | undefined {
  let runs = 0;
  let expected = 0;
  let ended = true;
  for (const [at, line] of lines.entries()) {
    if (line === '0') {
      runs += 1;
      expected = 1;
      ended = false;
    } else if (ended && line === 'end') {
      // It was told to end before it printed anything.
      runs += 1;
    } else if (ended) {
      return `line ${at + 1}: ${JSON.stringify(line)} outside a run`;
    } else if (line === 'end') {
      ended = true;
    } else if (line === String(expected)) {
      expected += 1;
    } else {
      return `line ${at + 1}: ${JSON.stringify(line)} where ${expected} was due`;
    }
  }
  // A run that is killed at once may print nothing.
  return runs > starts.most ? `${runs} runs are in the log, at most ${starts.most} were started` : undefined;
}

/**
 * Checks the log of a program that prints `line 0` … `line n-1`: each run whole, but so many may be cut short or say
 * nothing.
 */
export function shortFault(
  lines: readonly string[],
  count: number,
  starts: Span,
  mayBeCut: number,
): string | undefined {
  let runs = 0;
  let expected = 0;
  let cuts = 0;
  for (const [at, line] of lines.entries()) {
    if (line === 'line 0') {
      if (at > 0 && expected !== count) cuts += 1;
      if (cuts > mayBeCut) return `line ${at + 1}: a run ended after ${expected} lines`;
      runs += 1;
      expected = 1;
    } else if (line === `line ${expected}` && runs > 0) expected += 1;
    else return `line ${at + 1}: ${JSON.stringify(line)} where "line ${expected}" was due`;
  }
  if (runs > starts.most) return `${runs} runs are in the log, at most ${starts.most} were started`;
  if (runs > 0 && expected !== count) cuts += 1;
  if (cuts > mayBeCut) return `the last run has ${expected} of ${count} lines`;
  if (cuts + starts.least - runs > mayBeCut)
    return `${runs} runs are in the log, ${cuts} of them cut short, ${starts.least} were started`;
  return undefined;
}
