/** Whether calls lived through a death that must, and whether every published port leads to its container, both ways. */
import { type Call, endsCall, type Kind, WAYS } from '../model.ts';
import type { World } from '../world.ts';
import type { Caller } from './caller.ts';

/** A container that runs or is frozen, and its echo's ports on the host. */
export interface Served {
  readonly frozen: boolean;
  readonly ports: Readonly<Partial<Record<Call['proto'], number>>>;
}

export interface CallsLook {
  readonly caller: Caller;
  readonly world: World;
  readonly died: Kind;
  readonly served: ReadonlyMap<string, Served>;
  /** An address of the host that is not of the loopback, where rules lead connections of the host to containers. */
  readonly gateway: string;
  /** Milliseconds for an answer. */
  readonly limit: number;
}

const named = ({ container, proto, way }: Call): string => `${proto} by ${way} with ${container}`;

/** One that something died under. Answers what is wrong. */
async function again({ caller, world, served, died, limit }: CallsLook, call: Call): Promise<string[]> {
  const { key } = call;
  const ends = endsCall(call, died);
  const mayHaveEnded = call.mayHaveEnded || ends;
  world.calls.set(key, { ...call, mayHaveEnded });
  const frozen = served.get(call.container)?.frozen === true;
  const found = await caller.order(frozen ? { verb: 'look', key } : { verb: 'ask', key, limit });
  // Who is frozen says nothing; what is open may still be.
  if (frozen && found === 'silent') return [];
  if (found === 'answers') {
    world.found.lived += 1;
    // Who is about to end may answer once more.
    world.calls.set(key, { ...call, mayHaveEnded: ends });
    return [];
  }
  world.calls.delete(key);
  world.released.push(key);
  if (found !== 'ended' || !mayHaveEnded) return [`a call over ${named(call)}: ${found}`];
  world.found.ended += 1;
  return [];
}

async function hangUp({ caller, world }: CallsLook): Promise<void> {
  for (const key of world.released.splice(0)) await caller.order({ verb: 'close', key });
}

/** Those that there are not yet, with each container that runs. */
function missing({ world, served }: CallsLook): { call: Call; port: number }[] {
  const there = new Set([...world.calls.values()].map(named));
  return [...served].flatMap(([container, { frozen, ports }]) =>
    frozen
      ? []
      : (['tcp', 'udp'] as const).flatMap((proto) =>
          WAYS.flatMap((way) => {
            const port = ports[proto];
            const call = { key: String(world.birth()), container, proto, way, mayHaveEnded: false };
            return port === undefined || there.has(named(call)) ? [] : [{ call, port }];
          }),
        ),
  );
}

/** @returns what is wrong, a line a thing */
export async function lookAtCalls(look: CallsLook): Promise<string[]> {
  const { caller, world, gateway, limit } = look;
  await hangUp(look);
  const faults = (await Promise.all([...world.calls.values()].map((call) => again(look, call)))).flat();
  await hangUp(look);
  await Promise.all(
    missing(look).map(async ({ call, port }) => {
      const { key, container: name, proto, way } = call;
      const peer = { proto, port, name, address: way === 'proxy' ? '127.0.0.1' : gateway };
      const found = await caller.order({ verb: 'open', key, peer, limit });
      if (found === 'answers') world.calls.set(key, call);
      else faults.push(`no call over ${named(call)} at ${peer.address}:${port}: ${found}`);
    }),
  );
  return faults;
}
