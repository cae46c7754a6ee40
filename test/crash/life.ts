/** The life of an engine: some rounds in the same folders, then all is removed and nothing may be left. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../harness/engine/contract.ts';
import { startEngine } from '../harness/engine/start.ts';
import { loadBusybox } from '../harness/images/busybox.ts';
import { changes, describe } from '../harness/leaks/leaked.ts';
import { atRest, folded, type Snapshot, snapshot } from '../harness/leaks/snapshot.ts';
import { type RegistryProcess, startRegistryProcess } from '../harness/registry/process.ts';
import { until } from '../harness/until.ts';
import { Caller } from './calls/caller.ts';
import { imageSources, REGISTRY } from './images.ts';
import type { Kind } from './model.ts';
import { random } from './random.ts';
import { round } from './round.ts';
import { World } from './world.ts';

export interface LifeOptions {
  readonly seed: number;
  readonly rounds: number;
  /** No more rounds after this moment (`performance.now()`). */
  readonly end?: number;
}

export interface LifeResult {
  /** Rounds that were played, by what died. */
  readonly played: Readonly<Partial<Record<Kind, number>>>;
  readonly requests: number;
  /** Calls through published ports that something died under, by what became of them. */
  readonly calls: Readonly<World['found']>;
  /** What is wrong; empty where all is well. */
  readonly faults: readonly string[];
  /** For who reads a failure: the round's requests and the daemon's log. */
  readonly story: readonly string[];
}

/** Milliseconds for what goes by itself. */
const LIMIT = 180_000;

const counted = ['containers', 'volumes', 'network', 'overlay2', 'overlay2/l', 'trash'];
const entries = (engine: Engine, name: string): Promise<string[]> =>
  readdir(join(engine.dataRoot, name)).catch(() => []);

/** Folders of what belongs to containers, volumes, networks and images, by number: their names are of the moment. */
async function places(engine: Engine): Promise<string[]> {
  return Promise.all(counted.map(async (name) => `${name}: ${(await entries(engine, name)).length}`));
}

async function rest(engine: Engine, watched: Parameters<typeof snapshot>[0]): Promise<Snapshot> {
  const taken = await atRest(watched);
  return { ...taken, files: [...taken.files, ...(await places(engine))] };
}

/** A registry that the engine pulls from; it lives through the engine's deaths, and lies on its ground. */
const registryFor = (engine: Engine): Promise<RegistryProcess> =>
  startRegistryProcess({
    root: join(engine.dataRoot, '../registry'),
    listen: REGISTRY,
    behind: ['nsenter', `--net=/run/netns/${engine.netns}`],
  });

/** Removes everything that the load may have made. */
async function clear(engine: Engine, world: World): Promise<string[]> {
  const faults: string[] = [];
  const remove = async (path: string) => {
    const { status, text } = await engine.api('DELETE', path);
    if (status >= 400) faults.push(`at the end: DELETE ${path}: ${status} ${text.trim()}`);
  };
  for (const { name, may } of world.containers.values()) {
    if (!may.has('absent')) await remove(`/containers/${name}?force=1&v=1`);
  }
  for (const [name, { presence }] of world.volumes)
    if (presence.has('there')) await remove(`/volumes/${name}`);
  for (const [name, presence] of world.networks) if (presence.has('there')) await remove(`/networks/${name}`);
  for (const [tag, presence] of world.images) if (presence.has('there')) await remove(`/images/${tag}`);
  // Those that lost their name, or never got it, when a request was cut off.
  const pruned = await engine.api('POST', '/images/prune');
  if (pruned.status !== 200) faults.push(`at the end: images can’t be pruned: ${pruned.text.trim()}`);
  return faults;
}

export async function life({
  seed,
  rounds,
  end = Number.POSITIVE_INFINITY,
}: LifeOptions): Promise<LifeResult> {
  const engine = await startEngine('minke', { config: { 'live-restore': true } });
  const watched = {
    naming: [engine.netns],
    netns: engine.netns,
    cgroup: engine.cgroupParent,
    folders: [engine.execRoot],
  };
  const world = new World();
  const played: Partial<Record<Kind, number>> = {};
  const faults: string[] = [];
  const story: string[] = [];
  let requests = 0;
  let registry: RegistryProcess | undefined;
  let caller: Caller | undefined;
  try {
    caller = await Caller.start(engine.netns);
    registry = await registryFor(engine);
    await loadBusybox(engine);
    const images = await imageSources(engine);
    const before = await rest(engine, watched);
    for (let at = 0; at < rounds && performance.now() < end && faults.length === 0; at++) {
      const numbers = random(seed).fork(`round ${at}`);
      world.tell(`━━ round ${at}`);
      const result = await round({ engine, caller, world, images, random: numbers });
      played[result.kind] = (played[result.kind] ?? 0) + 1;
      requests += result.requests;
      faults.push(...result.faults.map((fault) => `round ${at} (${result.kind}): ${fault}`));
    }
    story.push(...world.story);
    if (faults.length === 0) {
      await caller.end();
      faults.push(...(await clear(engine, world)));
      faults.push(...(await left(engine, before, watched)));
    }
    if (faults.length > 0) story.push(...(await lastWords(engine)));
  } catch (error) {
    faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    story.push(...world.story, ...(await lastWords(engine)));
  }
  await caller?.end();
  await registry?.end('SIGKILL');
  const forced = await engine.stop();
  if (faults.length === 0) faults.push(...forced.map((thing) => `left when the engine had ended: ${thing}`));
  return { played, requests, calls: world.found, faults, story };
}

/** The end of the daemon's log, without what each start says of the OCI runtimes. */
async function lastWords(engine: Engine): Promise<string[]> {
  const lines = (await engine.log()).split('\n').filter((line) => !/OCI runtime found|CVE-/.test(line));
  return ['── the daemon’s log', ...lines.slice(-80)];
}

async function left(
  engine: Engine,
  before: Snapshot,
  watched: Parameters<typeof snapshot>[0],
): Promise<string[]> {
  let words = '';
  await until(
    'everything to be cleaned up',
    async () => {
      const now = folded(await snapshot(watched));
      const all = { ...now, files: [...now.files, ...(await places(engine))] };
      // The program that passes TCP on is started at need: a keeper that nobody asked for a port has none.
      const differs = changes(before, all).filter(
        ({ kind, more }) => kind !== 'processes' || more.length > 0,
      );
      words = describe(differs);
      return words === '';
    },
    { limit: LIMIT, every: 100 },
  ).catch(() => {});
  if (words === '') return [];
  // What they are called may tell whose they are.
  const names = await Promise.all(
    counted.map(async (name) => `${name}/: ${(await entries(engine, name)).join(' ')}`),
  );
  return [`left behind:\n${words}\n${names.join('\n')}`];
}
