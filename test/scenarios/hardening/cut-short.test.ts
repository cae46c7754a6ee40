/** Whatever file of the engine's own is cut in half or can't be read any more, the engine starts again and works. */
import assert from 'node:assert/strict';
import { rm, stat, symlink, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { keeperPid } from '../../crash/kills.ts';
import type { Engine } from '../../harness/engine/contract.ts';
import { granted } from '../../harness/engine/requests.ts';
import { startEngine } from '../../harness/engine/start.ts';
import { entriesBelow } from '../../harness/files-below.ts';
import { loadBusybox } from '../../harness/images/busybox.ts';
import { kill } from '../../harness/processes.ts';

/** What belongs to people, not to the engine: files of images, containers and volumes, and what they print. */
const THEIRS = /\.broken-|\/(l|diff|merged|work|_data|netns)(\/|$)|-json\.log$/;

const ListSchema = v.array(v.object({ Id: v.string() }));

interface StateFile {
  /** Its path with ids of the moment folded: one of a kind is enough. */
  readonly kind: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Of an engine that is dead: while it lives, files come and go. */
async function stateFiles(engine: Engine): Promise<StateFile[]> {
  const found = new Map<string, StateFile>();
  for (const root of [engine.dataRoot, engine.execRoot]) {
    for (const entry of await entriesBelow(root)) {
      const path = join(entry.parentPath, entry.name);
      const kind = path
        .slice(root.length)
        .replace(/[0-9a-f]{12,64}/g, '<id>')
        .replace(/\d+/g, '<n>');
      if (!entry.isFile() || THEIRS.test(path) || found.has(kind)) continue;
      const known = await stat(path).catch(() => undefined);
      if (known !== undefined && known.size > 1) found.set(kind, { kind, path, size: known.size });
    }
  }
  return [...found.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** Of these a container that stands on them may be lost. A layer's record is made anew. */
const BELOW_CONTAINERS = /^\/(image|overlay<n>)\/(?!.*\/layer\.json$)/;

interface Damage {
  readonly name: string;
  readonly to: (file: StateFile) => Promise<void>;
  /** A container of whose own files one was damaged so need not start again: the answer names the file. */
  readonly mayKeepFromStarting: boolean;
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'cut in half',
    to: ({ path, size }) => truncate(path, Math.floor(size / 2)),
    mayKeepFromStarting: false,
  },
  {
    name: 'made unreadable',
    // As one on a bad sector: who opens it hears an error (ELOOP; to root no mode forbids anything), but it can be replaced.
    to: async ({ path }) => {
      await rm(path);
      await symlink(basename(path), path);
    },
    mayKeepFromStarting: true,
  },
];

/** All of the engine answers, and the containers that it knows can be started anew and removed. */
async function works(engine: Engine, { kind, path: hurt }: StateFile, damage: Damage): Promise<void> {
  for (const path of ['/networks', '/volumes', '/images/json', '/system/df', '/info'])
    await granted(engine, 'GET', path);
  const { json } = await granted(engine, 'GET', '/containers/json?all=1');
  for (const { Id } of v.parse(ListSchema, json)) {
    if (damage.mayKeepFromStarting && hurt.includes(Id)) {
      const { status, text } = await engine.api('POST', `/containers/${Id}/restart?t=0`);
      assert.ok(status < 400 || text.includes(basename(hurt)), text);
    } else if (!BELOW_CONTAINERS.test(kind)) await granted(engine, 'POST', `/containers/${Id}/restart?t=0`);
    await granted(engine, 'DELETE', `/containers/${Id}?force=1`);
  }
  await granted(engine, 'POST', '/networks/prune');
}

/** A network, a volume, and a container that uses both and runs. */
async function furnish(engine: Engine, round: number): Promise<void> {
  const must = (path: string, body?: unknown) => granted(engine, 'POST', path, body);
  await loadBusybox(engine);
  await must('/networks/create', { Name: `net${round}` });
  await must('/volumes/create', { Name: `volume${round}`, Labels: { round: String(round) } });
  await must(`/containers/create?name=box${round}`, {
    Image: 'busybox',
    Cmd: ['sleep', '1000'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      NetworkMode: `net${round}`,
      Mounts: [{ Type: 'volume', Source: `volume${round}`, Target: '/data' }],
      PortBindings: { '80/tcp': [{ HostPort: '' }] },
    },
  });
  await must(`/containers/box${round}/start`);
}

for (const damage of DAMAGES) {
  test(`any file of state may be ${damage.name}`, { timeout: 600_000 }, () => survives(damage));
}

async function survives(damage: Damage): Promise<void> {
  const engine = await startEngine('minke', { config: { 'live-restore': true } });
  try {
    await furnish(engine, 0);
    const done = new Set<string>();
    for (let round = 1; ; round++) {
      const keeper = await keeperPid(engine);
      await engine.crash();
      kill(keeper);
      const next = (await stateFiles(engine)).find(({ kind }) => !done.has(kind));
      if (next !== undefined) {
        done.add(next.kind);
        await damage.to(next);
      }
      const began = await engine.up().then(
        () => '',
        (error: unknown) => String(error),
      );
      assert.equal(began, '', `${next?.kind ?? 'nothing'} was ${damage.name}`);
      if (next === undefined) break;
      try {
        await works(engine, next, damage);
        await furnish(engine, round);
      } catch (error) {
        throw new Error(
          `${next.kind} was ${damage.name}: ${String(error)}\n${(await engine.log()).slice(-3000)}`,
        );
      }
    }
    assert.ok(done.size > 10, [...done].join('\n'));
  } finally {
    // A record that was lost leaves what only it knew of: the ground is cleared by force.
    await engine.stop();
  }
}
