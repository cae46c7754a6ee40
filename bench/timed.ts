/** What the cases measure with. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { must } from '../test/harness/command.ts';
import type { Engine } from '../test/harness/engine/contract.ts';
import { granted } from '../test/harness/engine/requests.ts';
import { words } from '../test/harness/words.ts';

/** Runs a docker command line (without `docker`), which must succeed; its wall time in ms. */
export async function docker(engine: Engine, line: string): Promise<number> {
  const result = await engine.docker(words(line), { timeout: 300_000 });
  if (result.code !== 0)
    throw new Error(`${engine.name}: docker ${line}: ${result.stderr || `exit status ${result.code}`}`);
  return result.ms;
}

/**
 * Runs docker command lines (without `docker`, blanks between the words), `limit` at a time, which all must succeed; the
 * wall time of them all in ms. xargs starts them: to start and hear a hundred clients from here would take a tenth of
 * the machine away from what is measured.
 */
export function dockers(engine: Engine, limit: number, lines: readonly string[]): Promise<number> {
  const xargs = ['xargs', '-P', String(limit), '-L', '1', engine.client];
  const input = `${lines.join('\n')}\n`;
  return wall(() => must(xargs, { env: engine.env, input, timeout: 300_000 }));
}

/** An API call without a client, which must succeed; its answer as JSON, undefined where it is none. */
export async function call(engine: Engine, method: string, path: string, body?: unknown): Promise<unknown> {
  return (await granted(engine, method, path, body)).json;
}

/** Makes a container and starts it through the API; its id. */
export async function createAndStart(engine: Engine, config: ContainerConfig): Promise<string> {
  const { name, ...body } = config;
  const path = `/containers/create${name === undefined ? '' : `?name=${name}`}`;
  const { Id } = v.parse(IdSchema, await call(engine, 'POST', path, body));
  await call(engine, 'POST', `/containers/${Id}/start`);
  return Id;
}

export interface ContainerConfig {
  readonly name?: string;
  readonly Image: string;
  readonly Cmd: readonly string[];
  readonly HostConfig?: Readonly<Record<string, unknown>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
}

export const IdSchema = v.object({ Id: v.string() });

/** Wall time of something in ms. */
export async function wall(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs jobs, at most `limit` at a time. */
export async function spread(
  count: number,
  limit: number,
  job: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/** Removes all containers of an engine through its API. */
export async function removeAll(engine: Engine): Promise<void> {
  const { json } = await engine.api('GET', '/containers/json?all=1');
  const rows: { Id: string }[] = Array.isArray(json) ? json : [];
  await spread(rows.length, 4, (index) => engine.api('DELETE', `/containers/${rows[index]?.Id}?force=1&v=1`));
}

/**
 * The most memory that the engine's own processes have while something goes on, in MB of 10^6 bytes.
 * @param without processes in its namespace that are none of the engine's
 */
export async function peakMemory(
  engine: Engine,
  work: () => Promise<unknown>,
  without: readonly number[] = [],
): Promise<number> {
  let over = false;
  let most = 0;
  const done = work().finally(() => {
    over = true;
  });
  while (!over) most = Math.max(most, await engineMemory(engine, without));
  await done;
  return most;
}

/** Memory of the engine's own processes, shared pages shared out (PSS), in MB of 10^6 bytes. */
export async function engineMemory(engine: Engine, without: readonly number[] = []): Promise<number> {
  const pids = (await engine.processes()).filter((pid) => !without.includes(pid));
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')),
  );
  const kib = texts.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0);
  return (kib * 1024) / 1e6;
}
