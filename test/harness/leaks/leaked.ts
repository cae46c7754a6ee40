/** The difference of two snapshots, for people. */
import assert from 'node:assert/strict';
import { until } from '../until.ts';
import { descriptors, folded, KINDS, type Kind, type Snapshot, snapshot, type Watched } from './snapshot.ts';

export interface Change {
  readonly kind: Kind;
  readonly more: readonly string[];
  readonly less: readonly string[];
}

/** Lines of `after` that `before` has not, each as often as it is there more often. */
function surplus(after: readonly string[], before: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  return after.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}

/** What came and what went, a kind an entry; kinds without a change are left out. */
export function changes(before: Snapshot, after: Snapshot): Change[] {
  return KINDS.map((kind) => ({
    kind,
    more: surplus(after[kind], before[kind]),
    less: surplus(before[kind], after[kind]),
  })).filter(({ more, less }) => more.length + less.length > 0);
}

/** A change a block: the kind, then a line a thing, `+` for what came, `-` for what went. */
export function describe(list: readonly Change[]): string {
  return list
    .map(({ kind, more, less }) => {
      const rows = [...more.map((line) => `  + ${line}`), ...less.map((line) => `  - ${line}`)];
      return `${kind}:\n${rows.join('\n')}`;
    })
    .join('\n');
}

/** What a daemon opens once and keeps, a worker thread among them, is no leak: a leak grows with use. */
const ONCE = 12;

/** Waits until a process has hardly more descriptors open than it had; asserts it, naming those that came. */
export async function assertNoDescriptorsLeft(
  pid: number,
  before: readonly string[],
  limit = 120_000,
): Promise<void> {
  let now: readonly string[] = [];
  const settled = async () => {
    now = await descriptors(pid);
    return now.length <= before.length + ONCE;
  };
  await until('descriptors to be closed', settled, { limit, every: 50 }).catch(() => {});
  assert.ok(
    now.length <= before.length + ONCE,
    `process ${pid} holds more open than before:\n${surplus(now, before).join('\n')}`,
  );
}

/** Asserts that nothing is there more than in `before` (see `atRest`), giving the kernel `limit` ms to finish taking things down. */
export async function assertNothingLeft(
  before: Snapshot,
  watched: Watched = {},
  limit = 120_000,
): Promise<void> {
  let left: Change[] = [];
  await until(
    'everything to be cleaned up',
    async () => {
      left = changes(before, folded(await snapshot(watched))).filter(({ more }) => more.length > 0);
      return left.length === 0;
    },
    { limit, every: 100 },
  ).catch(() => {});
  assert.equal(describe(left), '', 'left behind on the host');
}
