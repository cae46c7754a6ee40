/** What an engine says of itself after a crash, compared with what may be true. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Engine } from '../harness/engine/contract.ts';
import { until } from '../harness/until.ts';
import { PRIZE } from './actor.ts';
import type { Caller } from './calls/caller.ts';
import { lookAtCalls, type Served } from './calls/look.ts';
import { REGISTRY } from './images.ts';
import {
  absent,
  type ContainerModel,
  countingFault,
  ENDED,
  KILLED,
  type Kind,
  type Presence,
  type Span,
  type Status,
  shortFault,
  sinceSeen,
} from './model.ts';
import { get, type Inspected, inspected, listed, logOf } from './read.ts';
import { unframed } from './requests.ts';
import { settle } from './settle.ts';
import type { World } from './world.ts';

const NamesSchema = v.array(v.object({ Name: v.string() }));
const VolumesSchema = v.object({ Volumes: v.nullish(NamesSchema) });
const NetworkSchema = v.object({
  IPAM: v.object({ Config: v.tupleWithRest([v.object({ Gateway: v.string() })], v.unknown()) }),
});
const ImagesSchema = v.array(v.object({ RepoTags: v.nullish(v.array(v.string())) }));

const statuses: Readonly<Record<string, Status>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  exited: 'exited',
};

/** Milliseconds for what happens by itself; a machine under load takes its time. */
const LIMIT = 180_000;

const within = (value: number, { least, most }: Span): boolean => value >= least && value <= most;
const shown = (set: ReadonlySet<unknown>): string => [...set].join(' or ');

class Observer {
  readonly #engine: Engine;
  readonly #world: World;
  readonly faults: string[] = [];
  readonly #inspected = new Map<string, Inspected>();

  constructor(engine: Engine, world: World) {
    this.#engine = engine;
    this.#world = world;
  }

  #fault(words: string): void {
    this.faults.push(words);
  }

  async containers(): Promise<void> {
    const engine = this.#engine;
    this.faults.push(
      ...(await settle({ engine, models: [...this.#world.containers.values()], limit: LIMIT })),
    );
    const seen = new Map<string, Status>();
    for (const { name, state } of await listed(engine)) {
      const status = statuses[state];
      if (seen.has(name)) this.#fault(`two containers are called ${name}`);
      if (!this.#world.containers.has(name)) this.#fault(`container ${name} (${state}): nobody asked for it`);
      if (status === undefined) this.#fault(`container ${name} is ${state}`);
      else seen.set(name, status);
    }
    for (const model of this.#world.containers.values()) {
      const status = seen.get(model.name) ?? 'absent';
      if (!model.may.has(status))
        this.#fault(`container ${model.name} is ${status}, not ${shown(model.may)}`);
      this.#world.containers.set(model.name, await this.#look(model, status));
    }
    const prize = seen.has(PRIZE);
    this.#world.holder = prize ? (this.#world.holder ?? 0) : null;
  }

  /** One container in detail; answers what is known of it now. */
  async #look(model: ContainerModel, status: Status): Promise<ContainerModel> {
    const { name } = model;
    if (status === 'absent') return { ...model, may: new Set([status]), pid: 0 };
    const found = await inspected(this.#engine, name);
    this.#inspected.set(name, found);
    const { State, NetworkSettings } = found;
    const alive = status === 'running' || status === 'paused';
    if (alive) await this.#checkProcess(model, State.Pid);
    else if (status === 'exited' && model.codes !== 'any' && !model.codes.has(State.ExitCode)) {
      this.#fault(`container ${name} has exit status ${State.ExitCode}, not ${shown(model.codes)}`);
    }
    for (const [network, known] of Object.entries(model.networks)) {
      if (known === 'yes' && !(network in NetworkSettings.Networks))
        this.#fault(`container ${name} is not connected to ${network}`);
    }
    for (const network of Object.keys(NetworkSettings.Networks)) {
      if (!(network in model.networks)) this.#fault(`container ${name} is connected to ${network}`);
    }
    const lines = await this.#log(name);
    const cut = model.codes === 'any' || model.codes.has(KILLED) || alive;
    const wrong =
      model.program.kind === 'counter'
        ? countingFault(lines, model.starts)
        : shortFault(
            lines,
            model.program.lines,
            model.starts,
            cut || status === 'created' ? Number.POSITIVE_INFINITY : model.struck,
          );
    if (wrong !== undefined) this.#fault(`log of ${name}: ${wrong}`);
    if (
      status === 'exited' &&
      State.ExitCode === ENDED &&
      model.program.kind === 'counter' &&
      lines.at(-1) !== 'end'
    )
      this.#fault(`log of ${name}: its last words are missing`);
    const marks = model.volume === '' ? await this.#marks(name) : 0;
    if (!within(marks, model.marks))
      this.#fault(`container ${name} has ${marks} marks, not ${model.marks.least} to ${model.marks.most}`);
    const networks = Object.keys(NetworkSettings.Networks).map((network) => [network, 'yes' as const]);
    return {
      ...model,
      may: new Set([status]),
      networks: Object.fromEntries(networks),
      marks: sinceSeen(model.marks, marks),
      codes: alive || model.codes === 'any' ? model.codes : new Set([State.ExitCode]),
      doomed: status === 'paused' && (model.doomed || model.may.has('exited') || model.may.has('absent')),
      pid: alive ? State.Pid : 0,
    };
  }

  async #checkProcess({ name, pid }: ContainerModel, now: number): Promise<void> {
    const there = await readFile(`/proc/${now}/stat`, 'utf8').then(
      () => true,
      () => false,
    );
    if (!there) this.#fault(`container ${name} runs by its record, but process ${now} does not`);
    if (pid !== 0 && pid !== now) this.#fault(`container ${name} has pid ${now} and had ${pid}`);
  }

  async #log(name: string): Promise<string[]> {
    return (await logOf(this.#engine, name)).split('\n').filter((line) => line !== '');
  }

  async #marks(name: string): Promise<number> {
    const { status, text } = await this.#engine.api('GET', `/containers/${name}/archive?path=/marks`);
    return status === 200 ? (text.match(/mark\n/g) ?? []).length : 0;
  }

  /** Addresses and ports of running containers belong to one each. */
  exclusive(): void {
    const owners = new Map<string, string>();
    const take = (thing: string, name: string) => {
      const owner = owners.get(thing);
      if (owner !== undefined && owner !== name) this.#fault(`${thing} belongs to ${owner} and to ${name}`);
      owners.set(thing, name);
    };
    for (const [name, { State, NetworkSettings }] of this.#inspected) {
      if (State.Status !== 'running' && State.Status !== 'paused') continue;
      for (const { NetworkID, IPAddress } of Object.values(NetworkSettings.Networks))
        if (IPAddress !== '') take(`address ${IPAddress} of network ${NetworkID.slice(0, 12)}`, name);
      for (const [port, bindings] of Object.entries(NetworkSettings.Ports ?? {}))
        for (const { HostPort } of bindings ?? []) take(`port ${HostPort}/${port.split('/')[1]}`, name);
    }
  }

  /** Ports of containers that run or are frozen, on the host. */
  #published(name: string, proto: 'tcp' | 'udp'): number[] {
    const { State, NetworkSettings } = this.#inspected.get(name) ?? {};
    if (State?.Status !== 'running' && State?.Status !== 'paused') return [];
    return Object.entries(NetworkSettings?.Ports ?? {})
      .filter(([port]) => port.endsWith(`/${proto}`))
      .flatMap(([, bindings]) => (bindings ?? []).map(({ HostPort }) => Number(HostPort)));
  }

  /** Ports of running containers, and no others, are listened on: those of a proxy that died are open again. */
  async listeners(): Promise<void> {
    for (const proto of ['tcp', 'udp'] as const) {
      const wanted = sorted([...this.#inspected.keys()].flatMap((name) => this.#published(name, proto)));
      let open = '';
      await until(
        'the ports to be open',
        async () => {
          open = sorted(await listening(this.#engine.pid, proto));
          return open === wanted;
        },
        { limit: LIMIT },
      ).catch(() =>
        this.#fault(`${proto} ports ${open} are listened on, of running containers are ${wanted}`),
      );
    }
  }

  /** Connections that must live do, and every port leads to its container. */
  async calls(caller: Caller, died: Kind): Promise<void> {
    const serving = [...this.#world.containers.values()].filter(({ serves, may }) => {
      return serves && (may.has('running') || may.has('paused'));
    });
    const served = new Map(
      serving.map(({ name, may }): [string, Served] => {
        const [tcp, udp] = (['tcp', 'udp'] as const).map((proto) => this.#published(name, proto)[0]);
        const ports = { ...(tcp === undefined ? {} : { tcp }), ...(udp === undefined ? {} : { udp }) };
        if (tcp === undefined || udp === undefined) this.#fault(`container ${name} has no ports`);
        return [name, { frozen: may.has('paused'), ports }];
      }),
    );
    const { IPAM } = await get(this.#engine, '/networks/bridge', NetworkSchema);
    const [{ Gateway: gateway }] = IPAM.Config;
    this.faults.push(
      ...(await lookAtCalls({ caller, world: this.#world, died, served, gateway, limit: LIMIT })),
    );
  }

  #presence(
    what: string,
    known: ReadonlyMap<string, Presence>,
    there: ReadonlySet<string>,
  ): Map<string, Presence> {
    for (const name of there) if (!known.has(name)) this.#fault(`${what} ${name}: nobody asked for it`);
    return new Map(
      [...known].map(([name, may]) => {
        const now = there.has(name) ? 'there' : 'absent';
        if (!may.has(now)) this.#fault(`${what} ${name} is ${now}`);
        return [name, now === 'there' ? new Set([now]) : absent];
      }),
    );
  }

  async volumes(): Promise<void> {
    const { Volumes } = await get(this.#engine, '/volumes', VolumesSchema);
    const known = new Map([...this.#world.volumes].map(([name, volume]) => [name, volume.presence]));
    const now = this.#presence('volume', known, new Set((Volumes ?? []).map(({ Name }) => Name)));
    for (const [name, presence] of now) {
      const { marks } = this.#world.volume(name);
      const file = join(this.#engine.dataRoot, 'volumes', name, '_data/marks');
      const text = presence.has('there') ? await readFile(file, 'utf8').catch(() => '') : '';
      const count = text.split('\n').length - 1;
      if (presence.has('there') && !within(count, marks))
        this.#fault(`volume ${name} has ${count} marks, not ${marks.least} to ${marks.most}`);
      this.#world.volumes.set(name, { presence, marks: sinceSeen(marks, count) });
    }
  }

  async networks(): Promise<void> {
    const names = (await get(this.#engine, '/networks', NamesSchema)).map(({ Name }) => Name);
    const own = names.filter((name) => !['bridge', 'host', 'none'].includes(name));
    if (new Set(own).size !== own.length) this.#fault(`networks with one name: ${own.join(', ')}`);
    const now = this.#presence('network', this.#world.networks, new Set(own));
    for (const [name, presence] of now) this.#world.networks.set(name, presence);
  }

  async images(): Promise<void> {
    const list = await get(this.#engine, '/images/json', ImagesSchema);
    const tags = list.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag !== 'busybox:latest');
    // The name goes before the image does, and comes after it, as with Docker; `docker image prune` takes such ones away.
    const nameless = list.filter(({ RepoTags }) => (RepoTags ?? []).length === 0).length;
    if (nameless > this.#world.cutImages)
      this.#fault(`${nameless} images have no name, ${this.#world.cutImages} requests were cut off`);
    const now = this.#presence('image', this.#world.images, new Set(tags));
    for (const [tag, presence] of now) this.#world.images.set(tag, presence);
    const some = [...now].find(([, presence]) => presence.has('there'));
    if (some !== undefined) await this.#runs(some[0]);
  }

  /** An image that is there is whole: a container of it says its tag. */
  async #runs(tag: string): Promise<void> {
    const body = { Image: tag, Cmd: ['cat', '/which'] };
    const name = 'of-image';
    const created = await this.#engine.api('POST', `/containers/create?name=${name}`, body);
    if (created.status !== 201) {
      this.#fault(`image ${tag}: no container can be made of it: ${created.text}`);
      return;
    }
    await this.#engine.api('POST', `/containers/${name}/start`);
    await this.#engine.api('POST', `/containers/${name}/wait`);
    const said = (await logOf(this.#engine, name)).trim();
    if (said !== tag) this.#fault(`image ${tag}: its file says ${JSON.stringify(said)}`);
    await this.#engine.api('DELETE', `/containers/${name}?force=1`);
  }

  /** What followers were sent is how the log begins, as far as it goes. */
  async followers(): Promise<void> {
    for (const { container, born, parts, stop } of this.#world.followed.splice(0)) {
      stop();
      const model = this.#world.containers.get(container);
      if (model === undefined || model.born !== born || model.may.has('absent')) continue;
      const sent = unframed(Buffer.concat(parts));
      const log = await logOf(this.#engine, container);
      if (!log.startsWith(sent)) {
        const at = [...sent].findIndex((letter, index) => log[index] !== letter);
        this.#fault(
          `logs -f of ${container} says at ${at} ${JSON.stringify(sent.slice(Math.max(0, at - 20), at + 20))}, the log ${JSON.stringify(log.slice(Math.max(0, at - 20), at + 20))}`,
        );
      }
    }
  }
}

const sorted = (ports: readonly number[]): string => [...new Set(ports)].sort((a, b) => a - b).join(' ');

/** States of a socket that is listened on, TCP_LISTEN and TCP_CLOSE (UDP without a peer): net/tcp_states.h. */
const listens = { tcp: '0A', udp: '07' } as const;

/** Ports that are listened on in a process's network namespace, but the registry's: proc_net_tcp(5). */
async function listening(pid: number, proto: 'tcp' | 'udp'): Promise<number[]> {
  const tables = await Promise.all(
    [proto, `${proto}6`].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.split(':')[1] ?? '', 16);
      return state === listens[proto] && !REGISTRY.endsWith(`:${port}`) ? [port] : [];
    });
}

export interface Looking {
  readonly engine: Engine;
  readonly world: World;
  readonly caller: Caller;
  /** What died in this round. */
  readonly died: Kind;
}

/**
 * Compares the engine with what may be true, and takes what it finds for granted from now on.
 * @returns what is wrong, a line a thing
 */
export async function observe({ engine, world, caller, died }: Looking): Promise<string[]> {
  const observer = new Observer(engine, world);
  await observer.containers();
  observer.exclusive();
  await observer.listeners();
  await observer.calls(caller, died);
  await observer.followers();
  await observer.volumes();
  await observer.networks();
  await observer.images();
  return observer.faults;
}
