/** How tests ended: counts, and what failed in words. */

export interface Failure {
  /** A test, a check, a case. */
  readonly name: string;
  /** File and line of a test, relative to the project; absent where there is none. */
  readonly at?: string;
  /** The error or the difference, as much as there is. */
  readonly text: string;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** What this machine can't test; each says why where it is told. */
  readonly skipped: number;
  /** What failed, in the order in which it did. */
  readonly failures: readonly Failure[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };

export const failed = (name: string, text: string): Tally => ({
  ...nothing,
  failed: 1,
  failures: [{ name, text }],
});

export function sum(tallies: readonly Tally[]): Tally {
  const of = (key: 'passed' | 'failed' | 'skipped') => tallies.reduce((total, one) => total + one[key], 0);
  return {
    passed: of('passed'),
    failed: of('failed'),
    skipped: of('skipped'),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

/** Lines of an error that are shown: enough to know what failed, few enough for the end of a log. */
const SHOWN = 20;

/** A block a failure: its name, where it stands, and the first lines of what is wrong. */
export function told(failures: readonly Failure[]): string {
  return failures
    .map(({ name, at, text }) => {
      const lines = text.split('\n').filter((line) => !/^\s+at .*\bnode:\w/.test(line));
      const more = lines.length > SHOWN ? [`… ${lines.length - SHOWN} lines more above`] : [];
      const shown = [...lines.slice(0, SHOWN), ...more].map((line) => `    ${line}`.trimEnd());
      return [`✖ ${name}${at === undefined ? '' : ` (${at})`}`, ...shown].join('\n');
    })
    .join('\n\n');
}
