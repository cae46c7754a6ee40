import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { creating, joining, port, TestEngine } from './engine.ts';
import { get, getNothing, neighbour, ping, pingNothing, rules, Server } from './hosts.ts';
import { inside } from './inside.ts';

const mounts = async (root: string): Promise<number> =>
  (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(root)).length;

const links = async (): Promise<string[]> =>
  (await must(['ip', '-o', 'link'])).split('\n').filter((line) => /veth|br-|docker/.test(line));

function scene(): void {
  describe('a host with containers and a neighbour', () => {
    let engine: TestEngine;
    let lan: string;
    const servers: Server[] = [];
    const serve = async (netns: string | null, number: number, name: string): Promise<Server> => {
      const server = await Server.start(netns, number, name);
      servers.push(server);
      return server;
    };

    before(async () => {
      await must(['ip', 'link', 'set', 'lo', 'up']);
      engine = await TestEngine.start();
      lan = `${engine.root}/lan`;
      await engine.stack.run([{ do: 'add-namespace', path: lan }]);
      await neighbour(lan, ['172.16.0.0/12']);
    });
    after(async () => {
      for (const server of servers) await server.stop();
      await engine.stack.run([
        { do: 'delete-link', namespace: null, name: 'lan0' },
        { do: 'remove-namespace', path: lan },
      ]);
      await engine.stop();
    });

    it('lets containers of one network talk, and reach the host and beyond', async () => {
      const one = await engine.service.join(joining('bridge'));
      const two = await engine.service.join(joining('bridge'));
      await serve(one.netns, 80, 'one');
      await serve(lan, 80, 'lan');
      assert.equal(await get(two.netns, '172.17.0.2'), 'one');
      assert.equal(await get(null, '172.17.0.2'), 'one');
      assert.ok(await ping(two.netns, '172.17.0.1'));
      assert.equal(await get(two.netns, '192.0.2.2'), 'lan');
    });

    it('leaves no IPv6 in a network without', async () => {
      const { netns } = await engine.service.join(joining('bridge'));
      const shown = await must([
        'nsenter',
        `--net=${netns}`,
        '--',
        'ip',
        '-6',
        'addr',
        'show',
        'dev',
        'eth0',
      ]);
      assert.equal(shown, '');
      assert.equal(await must(['ip', '-6', 'addr', 'show', 'dev', 'docker0']), '');
      assert.equal((await readFile('/proc/sys/net/ipv6/conf/docker0/accept_ra', 'utf8')).trim(), '0');
    });

    it('publishes a port with the real address of who asks', async () => {
      const { netns, endpoints } = await engine.service.join(joining('bridge', { ports: [port(8080, 80)] }));
      const server = await serve(netns, 80, 'published');
      assert.equal(await get(lan, '192.0.2.1', 8080), 'published');
      await until('the request is logged', () => server.log.includes('192.0.2.2'));
      // Directly nobody gets there: neither to the published port, nor to another, nor to the host's own address.
      const address = endpoints.bridge?.IPAddress ?? '';
      assert.equal(await getNothing(lan, address), null);
      assert.equal(await pingNothing(lan, address), false);
      assert.equal(await pingNothing(lan, '172.17.0.1'), false);
      assert.equal(await getNothing(lan, '172.17.0.2'), null);
      // The host itself and other containers do.
      assert.equal(await get(null, address), 'published');
    });

    it('publishes on loopback for the host alone', async () => {
      const local = await engine.service.join(joining('bridge', { ports: [port(8081, 80, '127.0.0.1')] }));
      await serve(local.netns, 80, 'local');
      assert.equal(await getNothing(lan, '192.0.2.1', 8081), null);
      await must([
        'nsenter',
        `--net=${lan}`,
        '--',
        'ip',
        'route',
        'add',
        '127.0.0.0/8',
        'via',
        '192.0.2.1',
        'table',
        'main',
      ]);
      assert.equal(await getNothing(lan, '127.0.0.1', 8081), null);
    });

    it('lets traffic through the host pass that is meant for others', async () => {
      // The neighbour's neighbour behind the host has the same port number as a published one.
      await engine.stack.run([{ do: 'add-namespace', path: `${engine.root}/far` }]);
      const far = `${engine.root}/far`;
      await must(['ip', 'link', 'add', 'far0', 'type', 'veth', 'peer', 'name', 'far1']);
      await must(['ip', 'addr', 'add', '198.51.100.1/24', 'dev', 'far0']);
      await must(['ip', 'link', 'set', 'far0', 'up']);
      await must(['ip', 'link', 'set', 'far1', 'netns', far]);
      await must([
        'nsenter',
        `--net=${far}`,
        '--',
        'sh',
        '-c',
        'ip addr add 198.51.100.2/24 dev far1; ip link set far1 up; ip route add default via 198.51.100.1',
      ]);
      await must([
        'nsenter',
        `--net=${lan}`,
        '--',
        'ip',
        'route',
        'add',
        '198.51.100.0/24',
        'via',
        '192.0.2.1',
      ]);
      await must(['iptables', '-I', 'DOCKER-USER', '-i', 'lan0', '-o', 'far0', '-j', 'ACCEPT']);
      await must(['iptables', '-I', 'DOCKER-USER', '-i', 'far0', '-o', 'lan0', '-j', 'ACCEPT']);
      await serve(far, 8080, 'far');
      assert.equal(await get(lan, '198.51.100.2', 8080), 'far');
      await must(['iptables', '-F', 'DOCKER-USER']);
      await engine.stack.run([
        { do: 'delete-link', namespace: null, name: 'far0' },
        { do: 'remove-namespace', path: far },
      ]);
    });

    it('keeps networks apart, and internal ones to themselves', async () => {
      await engine.service.create(creating('un1'));
      await engine.service.create(creating('in1', { internal: true }));
      const other = await engine.service.join(joining('un1'));
      const hidden = await engine.service.join(joining('in1'));
      const hidden2 = await engine.service.join(joining('in1'));
      await serve(hidden.netns, 80, 'hidden');
      await serve(other.netns, 80, 'other');
      const address = (sandbox: typeof other, name: string): string =>
        sandbox.endpoints[name]?.IPAddress ?? '';
      assert.equal(await getNothing(other.netns, '172.17.0.2'), null);
      assert.equal(await get(hidden2.netns, address(hidden, 'in1')), 'hidden');
      assert.equal(await getNothing(other.netns, address(hidden, 'in1')), null);
      assert.equal(await getNothing(hidden.netns, address(other, 'un1')), null);
      assert.equal(await getNothing(hidden.netns, '192.0.2.2'), null);
      assert.equal(await get(other.netns, '192.0.2.2'), 'lan');
      assert.equal(await getNothing(lan, address(hidden, 'in1')), null);
      // A container of one network reaches the host's address in another, as host.docker.internal needs.
      assert.ok(await ping(other.netns, '172.17.0.1'));
    });

    it('keeps containers apart without icc', async () => {
      const options = { 'com.docker.network.bridge.enable_icc': 'false' };
      await engine.service.create(creating('apart', { options }));
      const one = await engine.service.join(joining('apart', { ports: [port(8082, 80)] }));
      const two = await engine.service.join(joining('apart'));
      await serve(one.netns, 80, 'apart');
      assert.equal(await getNothing(two.netns, one.endpoints.apart?.IPAddress ?? ''), null);
      assert.equal(await get(two.netns, '192.0.2.2'), 'lan');
      assert.equal(await get(lan, '192.0.2.1', 8082), 'apart');
    });

    it('speaks IPv6', async () => {
      await engine.service.create(creating('six', { enableIPv6: true }));
      const one = await engine.service.join(joining('six'));
      const two = await engine.service.join(joining('six'));
      await serve(one.netns, 80, 'six');
      assert.equal(await get(two.netns, one.endpoints.six?.GlobalIPv6Address ?? ''), 'six');
      assert.equal(await get(null, one.endpoints.six?.GlobalIPv6Address ?? ''), 'six');
    });

    it('connects a running container to a second network', async () => {
      const request = joining('bridge');
      const { netns } = await engine.service.join(request);
      await engine.service.create(creating('later'));
      const peer = await engine.service.join(joining('later'));
      await serve(peer.netns, 80, 'peer');
      const address = peer.endpoints.later?.IPAddress ?? '';
      assert.equal(await getNothing(netns, address), null);
      await engine.service.connect(request.container, request.name, {
        network: 'later',
        aliases: [],
        links: [],
        driverOpts: {},
        gwPriority: 0,
      });
      assert.equal(await get(netns, address), 'peer');
      assert.equal(await get(netns, '172.17.0.2'), 'one');
      await engine.service.disconnect(request.container, 'bridge');
      assert.equal(await get(netns, '192.0.2.2'), 'lan');
      await engine.service.disconnect(request.container, 'later');
      assert.equal(await getNothing(netns, address), null);
    });

    it('survives a restart of the daemon: who runs goes on, the rest is taken away', async () => {
      const kept = joining('bridge', { ports: [port(8090, 80)] });
      const { netns } = await engine.service.join(kept);
      await engine.service.join(joining('bridge', { ports: [port(8091, 80)] }));
      await serve(netns, 80, 'kept');
      // A daemon that is there would mend the rules before anyone could look.
      await engine.killed();
      await must(['iptables', '-F', 'DOCKER']);
      await must(['iptables', '-t', 'nat', '-F']);
      assert.equal(await getNothing(lan, '192.0.2.1', 8090), null);
      await engine.again([kept.container]);
      assert.equal(await get(lan, '192.0.2.1', 8090), 'kept');
      assert.ok(!(await rules()).some((line) => line.includes('8091')));
      await engine.service.leave(kept.container);
    });
  });

  describe('engines side by side', () => {
    const first = ['172.30.0.1/24', 'mtbr1'] as const;
    const second = ['172.31.0.1/24', 'mtbr2'] as const;

    it('leave each other’s rules alone, and nothing behind', async () => {
      const foreign = ['iptables', '-A', 'DOCKER-USER', '-s', '203.0.113.9', '-j', 'DROP'];
      const one = await TestEngine.start({ bip: first[0], bridge: first[1] });
      const two = await TestEngine.start({ bip: second[0], bridge: second[1] });
      await must(foreign);
      const request = joining('bridge', { ports: [port(9000, 80)] });
      const { netns } = await one.service.join(request);
      const server = await Server.start(netns, 80, 'first');
      const mine = async (): Promise<string[]> => (await rules()).filter((line) => line.includes(first[1]));
      const before = await mine();
      assert.ok(before.length > 8);
      const other = joining('bridge', { ports: [port(9001, 80)] });
      await two.service.join(other);
      await two.service.create(creating('un2'));
      await two.again([]);
      await two.service.remove('un2');
      assert.deepEqual(await mine(), before);
      assert.equal(await get(null, '172.30.0.2'), 'first');
      assert.ok((await rules()).some((line) => line.includes('203.0.113.9')));
      await server.stop();
      await one.service.leave(request.container);
      for (const engine of [one, two]) await engine.service.close();
      assert.equal(await mounts(one.root), 0);
      await until('pairs have gone', async () => !(await links()).some((line) => line.includes('veth')));
      assert.ok(!(await rules()).some((line) => line.includes('dport')));
      await one.stop();
      await two.stop();
    });
  });

  describe('rules that others take out', () => {
    it('come back by themselves', async () => {
      const engine = await TestEngine.start({ bip: '172.28.0.1/24', bridge: 'mtbr4' });
      const request = joining('bridge', { ports: [port(9200, 80, '127.0.0.1')] });
      await engine.service.join(request);
      // Jumps that all share, and what names this engine's bridge or port; others' rules are none of its business.
      const own = /mtbr4|9200|-j DOCKER/;
      const foreign = /mtbr[123]|docker0|br-/;
      const mine = async (): Promise<string[]> =>
        (await rules()).filter((line) => own.test(line) && !foreign.test(line)).toSorted();
      const before = await mine();
      assert.ok(before.length > 20);
      const flushes = [
        ['iptables', '-F'],
        ['iptables', '-t', 'nat', '-F'],
        ['iptables', '-t', 'raw', '-F'],
        ['iptables', '-F', 'DOCKER'],
        ['ip6tables', '-F', 'DOCKER-FORWARD'],
      ];
      for (const flush of flushes) {
        await must(flush);
        await until(`${flush.join(' ')} is mended`, async () => {
          const now = await mine();
          return now.length === before.length && now.every((line, index) => line === before[index]);
        });
      }
      await engine.service.leave(request.container);
      await engine.stop();
    });
  });

  describe('without userland proxy', () => {
    it('the host reaches published ports on every address of its own', async () => {
      const engine = await TestEngine.start({ bip: '172.29.0.1/24', bridge: 'mtbr3', userlandProxy: false });
      const request = joining('bridge', { ports: [port(9100, 80)] });
      const { netns } = await engine.service.join(request);
      const server = await Server.start(netns, 80, 'direct');
      assert.equal(await get(null, '127.0.0.1', 9100), 'direct');
      assert.equal(await get(null, '172.29.0.1', 9100), 'direct');
      // A container reaches itself by the published port.
      assert.equal(await get(netns, '172.29.0.1', 9100), 'direct');
      await server.stop();
      await engine.service.leave(request.container);
      await engine.stop();
    });
  });
}

if (inside(import.meta.url)) scene();
