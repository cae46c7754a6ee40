/**
 * Waits until what was begun before a death is over, however slow the machine: a look in the middle of it would find
 * faults that are none.
 */
import { existsSync } from 'node:fs';
import type { Engine } from '../harness/engine/contract.ts';
import { until } from '../harness/until.ts';
import type { ContainerModel } from './model.ts';
import { inspected, type Listed, listed, logOf } from './read.ts';

interface Settling {
  readonly engine: Engine;
  readonly models: readonly ContainerModel[];
  /** Milliseconds for each of the things that are waited for. */
  readonly limit: number;
}

const alive = ({ state }: Listed): boolean => state === 'running' || state === 'paused';

/** A container whose process has gone is about to be said to have ended. */
async function processesThere(engine: Engine): Promise<boolean> {
  for (const { name } of (await listed(engine)).filter(alive)) {
    const { State } = await inspected(engine, name);
    if (State.Pid !== 0 && !existsSync(`/proc/${State.Pid}`)) return false;
  }
  return true;
}

/** A counter that goes on counting has no signal waiting for it: its shell looks for one between two lines. */
async function counts({ engine, limit }: Settling, name: string): Promise<void> {
  const lines = async () => (await logOf(engine, name)).split('\n').length;
  const began = await lines();
  await until(
    `${name} to count on, or to end`,
    async () => {
      const now = (await listed(engine)).find((one) => one.name === name);
      return now?.state !== 'running' || (await lines()) > began + 2;
    },
    { limit },
  );
}

/** @returns what did not come to an end, a line a thing */
export async function settle(settling: Settling): Promise<string[]> {
  const { engine, models, limit } = settling;
  const faults: string[] = [];
  const wait = async (what: string, over: (list: Listed[]) => boolean | Promise<boolean>) => {
    await until(what, async () => over(await listed(engine)), { limit }).catch((error: unknown) =>
      faults.push(error instanceof Error ? error.message : String(error)),
    );
  };
  const short = models.filter(({ program, may }) => program.kind === 'short' && may.has('running'));
  const shortNames = new Set(short.map(({ name }) => name));
  await wait('programs that end by themselves have ended, and their end is known', (list) =>
    list.every(({ name, state }) => !(shortNames.has(name) && state === 'running')),
  );
  const transient = new Set(models.filter(({ autoRemove }) => autoRemove).map(({ name }) => name));
  await wait('containers with --rm have gone, nothing is being removed', (list) =>
    list.every(
      ({ name, state }) =>
        !(transient.has(name) && state === 'exited') && state !== 'removing' && state !== 'restarting',
    ),
  );
  await wait('what runs by its record has its process', () => processesThere(engine));
  const doubtful = models.filter(
    ({ program, may }) => program.kind === 'counter' && may.has('running') && may.size > 1,
  );
  const running = new Set(
    (await listed(engine)).filter(({ state }) => state === 'running').map((one) => one.name),
  );
  for (const { name } of doubtful)
    if (running.has(name)) await counts(settling, name).catch((error: unknown) => faults.push(String(error)));
  return faults;
}
