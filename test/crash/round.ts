/** One round: load, death at a random moment, a new start, a look at everything. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../harness/engine/contract.ts';
import { kill } from '../harness/processes.ts';
import { until } from '../harness/until.ts';
import { ACTORS, Actor } from './actor.ts';
import type { Caller } from './calls/caller.ts';
import type { Source } from './images.ts';
import { keeperPid, killProxy, killRuntimes } from './kills.ts';
import { KINDS, type Kind } from './model.ts';
import { observe } from './observe.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface RoundOptions {
  readonly engine: Engine;
  readonly caller: Caller;
  readonly world: World;
  readonly random: Random;
  readonly images: ReadonlyMap<string, Source>;
}

export interface RoundResult {
  readonly kind: Kind;
  readonly requests: number;
  readonly faults: readonly string[];
}

/** Starts the daemon; now and then it is killed in the middle of that, too. */
async function startAgain(engine: Engine, random: Random, world: World): Promise<void> {
  if (random.next() < 0.2) {
    const wait = random.between(20, 400);
    const starting = engine.up().catch(() => {});
    // Before there is a process there is nothing to kill, and two daemons would be started.
    await until('the daemon’s process', () => engine.pid !== 0, { every: 1 });
    await pause(wait);
    await engine.crash();
    await starting;
    world.tell(`the daemon was killed ${wait} ms after its start`);
  }
  await engine.up();
}

export async function round({ engine, caller, world, random, images }: RoundOptions): Promise<RoundResult> {
  const kind = random.pick(KINDS);
  const load = random.between(100, 900);
  const outage = random.between(0, 300);
  const before = world.story.length;
  let over = false;
  let ending = false;
  let runtimesDie = false;
  const actors = Array.from(
    { length: ACTORS },
    (_, number) =>
      new Actor({
        number,
        engine,
        world,
        images,
        random: random.fork(`actor ${number}`),
        runtimesDie: () => runtimesDie,
        ending: () => ending,
      }),
  );
  const keeper = kind === 'keeper' || kind === 'both' ? await keeperPid(engine) : undefined;
  const playing = Promise.allSettled(actors.map((actor) => actor.play(() => over)));
  await pause(load);
  world.tell(`── ${kind} dies after ${load} ms`);
  if (kind === 'runtime') {
    runtimesDie = true;
    world.tell(`${await killRuntimes(engine, 200)} runtimes were killed`);
    over = true;
  } else if (kind === 'proxy') {
    // Nobody is told: requests that want a port in this moment are done by the next one.
    world.tell(`${await killProxy(engine)} proxies were killed`);
    await pause(outage);
    over = true;
  } else if (kind === 'term') {
    ending = true;
    await engine.down();
  } else {
    if (kind !== 'daemon') kill(keeper);
    if (kind !== 'keeper') await engine.crash();
    // The daemon lives on and starts another keeper.
    else await pause(outage);
    over = true;
  }
  for (const played of await playing) if (played.status === 'rejected') throw played.reason;
  const requests = world.story.length - before;
  if (engine.pid === 0) {
    await pause(outage);
    await startAgain(engine, random, world);
  }
  if (kind === 'runtime') world.strike();
  world.fresh.clear();
  const faults = [...world.faults.splice(0), ...(await observe({ engine, world, caller, died: kind }))];
  return { kind, requests, faults };
}
