/** What the kernel holds after anything that may happen is what a model of it says. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { command, must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { creating, joining, TestEngine } from './engine.ts';
import { rules } from './hosts.ts';
import { inside } from './inside.ts';

/** Numbers that are the same for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Member {
  readonly netns: string;
  readonly networks: Set<string>;
}

const request = (network: string) => ({ network, aliases: [], links: [], driverOpts: {}, gwPriority: 0 });

/** A host on which things happen, and what should be there. */
class Model {
  readonly engine: TestEngine;
  readonly networks = new Set<string>();
  readonly containers = new Map<string, Member>();
  readonly #next: (below: number) => number;
  #count = 0;

  constructor(engine: TestEngine, seed: number) {
    this.engine = engine;
    this.#next = numbers(seed);
  }

  #pick<T>(items: Iterable<T>): T | undefined {
    const all = [...items];
    return all[this.#next(Math.max(1, all.length))];
  }

  /** One thing that happens; answers its name. */
  async step(): Promise<string> {
    const what = this.#next(100);
    if (what < 18) return this.#create();
    if (what < 42) return this.#join();
    if (what < 64) return this.#connect();
    if (what < 80) return this.#disconnect();
    if (what < 88) return this.#leave();
    if (what < 97) return this.#remove();
    await this.engine.again([...this.containers.keys()]);
    return 'restart';
  }

  async #create(): Promise<string> {
    // The default pools hold 30 networks.
    if (this.networks.size > 20) return 'nothing';
    this.#count += 1;
    const name = `un${this.#count}`;
    const macvlan = this.#next(4) === 0;
    const options: Record<string, string> = macvlan ? { parent: 'lan0' } : {};
    const driver = macvlan ? 'macvlan' : 'bridge';
    const enableIPv6 = this.#next(3) === 0;
    await this.engine.service.create(
      creating(name, { driver, options, enableIPv6, internal: this.#next(5) === 0 }),
    );
    this.networks.add(name);
    return `create ${name}`;
  }

  async #join(): Promise<string> {
    const network = this.#pick(this.networks) ?? 'bridge';
    const wanted = joining(network);
    const { netns } = await this.engine.service.join(wanted);
    this.containers.set(wanted.container, { netns, networks: new Set([network]) });
    return `join ${network}`;
  }

  async #connect(): Promise<string> {
    const [id, member] = this.#pick(this.containers) ?? [];
    const network = this.#pick(this.networks);
    if (id === undefined || member === undefined || network === undefined) return 'nothing';
    const connected = this.engine.service.connect(id, request(network));
    if (member.networks.has(network)) await assert.rejects(connected, /already exists in network/);
    else await connected;
    member.networks.add(network);
    return `connect ${network}`;
  }

  async #disconnect(): Promise<string> {
    const [id, member] = this.#pick(this.containers) ?? [];
    const network = this.#pick(member?.networks ?? []);
    if (id === undefined || member === undefined || network === undefined) return 'nothing';
    await this.engine.service.disconnect(id, network);
    member.networks.delete(network);
    return `disconnect ${network}`;
  }

  async #leave(): Promise<string> {
    const [id] = this.#pick(this.containers) ?? [];
    if (id === undefined) return 'nothing';
    await this.engine.service.leave(id);
    this.containers.delete(id);
    return 'leave';
  }

  async #remove(): Promise<string> {
    const network = this.#pick(this.networks);
    if (network === undefined) return 'nothing';
    const used = [...this.containers.values()].some(({ networks }) => networks.has(network));
    const removed = this.engine.service.remove(network);
    if (used) await assert.rejects(removed, /has active endpoints/);
    else {
      await removed;
      this.networks.delete(network);
    }
    return `rm ${network}`;
  }

  /** Every container has exactly the interfaces and addresses of its networks, and no address is there twice. */
  async check(): Promise<void> {
    const seen = new Set<string>();
    for (const [id, { netns, networks }] of this.containers) {
      const sandbox = this.engine.service.sandbox(id);
      const endpoints = Object.entries(sandbox?.endpoints ?? {});
      assert.deepEqual(endpoints.map(([name]) => name).toSorted(), [...networks].toSorted());
      const { links } = await this.engine.stack.state(netns);
      const found = links.filter(({ name }) => name !== 'lo');
      assert.equal(found.length, networks.size);
      const wanted = endpoints.flatMap(([, endpoint]) => [
        `${endpoint.IPAddress}/${endpoint.IPPrefixLen}`,
        ...(endpoint.GlobalIPv6Address
          ? [`${endpoint.GlobalIPv6Address}/${endpoint.GlobalIPv6PrefixLen}`]
          : []),
      ]);
      assert.deepEqual(found.flatMap(({ addresses }) => addresses).toSorted(), wanted.toSorted());
      for (const address of wanted) {
        assert.ok(!seen.has(address), `${address} is given twice`);
        seen.add(address);
      }
    }
    const listed = (await this.engine.service.list(new Map())).map(({ Name }) => Name);
    assert.deepEqual(listed.toSorted(), ['bridge', 'host', 'none', ...this.networks].toSorted());
  }
}

const hostLinks = async (): Promise<string[]> =>
  (await must(['ip', '-o', 'link'])).split('\n').filter((line) => /: (veth|br-)/.test(line));

async function nothingLeft(engine: TestEngine): Promise<void> {
  await until('pairs and bridges have gone', async () => (await hostLinks()).length === 0);
  assert.deepEqual(await readdir(`${engine.root}/networking`).catch(() => []), []);
  assert.ok(!(await rules()).some((line) => /br-|dport/.test(line)));
}

/** Lets another process work on that root, and kills it some milliseconds later: another moment each time. */
async function killLater(
  root: string,
  container: string,
  what: 'connect' | 'edit',
  after: number,
): Promise<void> {
  const program = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, root, container, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  await pause(after);
  child.kill('SIGKILL');
  await ended;
}

function scene(): void {
  describe('a host on which anything may happen', () => {
    before(async () => {
      await must(['ip', 'link', 'set', 'lo', 'up']);
      await must(['ip', 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1']);
      for (const name of ['lan0', 'lan1']) await must(['ip', 'link', 'set', name, 'up']);
    });
    after(async () => {
      await command(['ip', 'link', 'del', 'lan0']);
    });

    for (const seed of [1, 20_261_126]) {
      it(`is as the model says after 200 things (seed ${seed}), and empty at the end`, async () => {
        const engine = await TestEngine.start();
        const model = new Model(engine, seed);
        const log: string[] = [];
        try {
          for (let count = 1; count <= 200; count += 1) {
            log.push(await model.step());
            if (count % 20 === 0) await model.check();
          }
        } catch (cause) {
          throw new Error(`after ${log.join(', ')}; ${engine.warnings.join(', ')}`, { cause });
        }
        for (const id of model.containers.keys()) await engine.service.leave(id);
        for (const network of model.networks) await engine.service.remove(network);
        await engine.service.close();
        await nothingLeft(engine);
        await engine.stop();
      });
    }

    it('gives nothing out twice to fifty who ask at once', async () => {
      const engine = await TestEngine.start();
      const { service } = engine;
      const names = Array.from({ length: 50 }, (_, index) => `at-once-${index}`);
      const results = await Promise.allSettled(names.map((name) => service.create(creating(name))));
      const made = names.filter((_, index) => results[index]?.status === 'fulfilled');
      // As many as there are pools: 15 of /16, 16 of /20, less the default network's.
      assert.equal(made.length, 30);
      for (const each of results) {
        if (each.status === 'rejected') assert.match(String(each.reason), /fully subnetted/);
      }
      const networks = await Promise.all(made.map((name) => service.inspect(name, { verbose: false })));
      assert.equal(new Set(networks.map(({ IPAM }) => IPAM?.Config?.[0]?.Subnet)).size, 30);
      const joined = await Promise.all(Array.from({ length: 50 }, () => service.join(joining('at-once-0'))));
      const addresses = joined.map(({ endpoints }) => endpoints['at-once-0']?.IPAddress);
      assert.equal(new Set(addresses).size, 50);
      for (const { netns } of joined) {
        const { links } = await engine.stack.state(netns);
        assert.equal(links.length, 2);
      }
      await engine.again([]);
      for (const name of made) await engine.service.remove(name);
      await engine.service.close();
      await nothingLeft(engine);
      await engine.stop();
    });

    it('is what its record says after a kill at any moment of a change of a network', async () => {
      const engine = await TestEngine.start();
      await engine.service.create(creating('one'));
      const wanted = joining('one');
      const { netns } = await engine.service.join(wanted);
      await engine.killed();
      for (let round = 0; round < 10; round += 1) {
        await killLater(engine.root, wanted.container, 'edit', 3 + round * 5);
        await engine.again([wanted.container]);
        const { Labels, Options, Attachable } = await engine.service.inspect('one', { verbose: false });
        const { 'com.docker.network.driver.mtu': mtu = '1500', ...rest } = Options ?? {};
        const small = mtu === '1300';
        assert.deepEqual([Labels?.mtu ?? '1500', Attachable], [mtu, small]);
        const limits = mtu === '1500' ? {} : { 'minke.ingress': '20mbit' };
        assert.deepEqual(rest, small ? { 'minke.egress': '10mbit', 'minke.dns': '192.0.2.1' } : limits);
        const { links } = await engine.stack.state(null);
        const outside = links.filter(({ name }) => /^(br-|veth)/.test(name));
        const inside = (await engine.stack.state(netns)).links.filter(({ name }) => name === 'eth0');
        assert.deepEqual(
          [...outside, ...inside].map((link) => link.mtu),
          [mtu, mtu, mtu].map(Number),
        );
        const port = outside.find(({ name }) => name.startsWith('veth'))?.name ?? '';
        const shapes = [
          await must(['nsenter', `--net=${netns}`, 'tc', 'qdisc', 'show', 'dev', 'eth0']),
          await must(['tc', 'qdisc', 'show', 'dev', port]),
        ].map((text) => /rate (\S+)/.exec(text)?.[1]);
        assert.deepEqual(shapes, [small ? '10Mbit' : undefined, mtu === '1400' ? '20Mbit' : undefined]);
        await engine.killed();
      }
      await engine.again([]);
      await engine.service.remove('one');
      await engine.service.close();
      await nothingLeft(engine);
      await engine.stop();
    });

    it('is whole again after a kill at any moment of connect and disconnect', async () => {
      const engine = await TestEngine.start();
      const wanted = joining('bridge');
      const { netns } = await engine.service.join(wanted);
      for (const name of ['one', 'two'])
        await engine.service.create(creating(name, { enableIPv6: name === 'two' }));
      await engine.service.create(creating('lan', { driver: 'macvlan', options: { parent: 'lan0' } }));
      await engine.killed();
      for (let round = 0; round < 12; round += 1) {
        await killLater(engine.root, wanted.container, 'connect', 3 + round * 7);
        await engine.again([wanted.container]);
        const model = new Model(engine, round);
        for (const name of ['one', 'two', 'lan']) model.networks.add(name);
        const networks = Object.keys(engine.service.sandbox(wanted.container)?.endpoints ?? {});
        model.containers.set(wanted.container, { netns, networks: new Set(networks) });
        await model.check();
        // Nothing is held by what was cut short.
        for (const name of ['one', 'two', 'lan'].filter((each) => !networks.includes(each))) {
          await engine.service.connect(wanted.container, request(name));
        }
        for (const name of ['one', 'two', 'lan']) await engine.service.disconnect(wanted.container, name);
        await engine.killed();
      }
      await engine.again([]);
      for (const name of ['one', 'two', 'lan']) await engine.service.remove(name);
      await engine.service.close();
      await nothingLeft(engine);
      await engine.stop();
    });
  });
}

if (inside(import.meta.url)) scene();
