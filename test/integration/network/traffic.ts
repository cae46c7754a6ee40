import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { creating, joining, port, TestEngine } from './engine.ts';
import { get, getNothing, neighbour, ping, pingNothing, rules, Server } from './hosts.ts';

/** Who may talk to whom, whatever states the rules. */
export function traffic(backend: 'iptables' | 'nftables'): void {
  describe(`a host with containers and a neighbour, by ${backend}`, () => {
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
      // As on a host that was no router before.
      await writeFile('/proc/sys/net/ipv4/ip_forward', '0');
      engine = await TestEngine.start({ backend });
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
      await serve(far, 8080, 'far');
      // The host became a router for containers alone, unless somebody says otherwise.
      assert.equal(await getNothing(lan, '198.51.100.2', 8080), null);
      // A rule of the engine's own that is taken out would be mended.
      await engine.unwatched();
      for (const argv of administrator[backend].allow) await must(argv);
      assert.equal(await get(lan, '198.51.100.2', 8080), 'far');
      for (const argv of administrator[backend].forbid) await must(argv);
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

    it('lets containers of an internal network talk by IPv6, and nobody else', async () => {
      // Where the kernel can, packets within a bridge pass the rules too.
      await writeFile('/proc/sys/net/bridge/bridge-nf-call-ip6tables', '1').catch(() => {});
      await engine.service.create(creating('in6', { internal: true, enableIPv6: true }));
      await engine.service.create(creating('un6', { enableIPv6: true }));
      const hidden = await engine.service.join(joining('in6'));
      const peer = await engine.service.join(joining('in6'));
      const other = await engine.service.join(joining('un6'));
      await serve(hidden.netns, 80, 'hidden six');
      const address = hidden.endpoints.in6?.GlobalIPv6Address ?? '';
      assert.equal(await get(peer.netns, address), 'hidden six');
      assert.equal(await getNothing(other.netns, address), null);
      assert.equal(await getNothing(hidden.netns, other.endpoints.un6?.GlobalIPv6Address ?? ''), null);
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

    it('opens ports of a routed network at the containers’ own addresses', async () => {
      const options = { 'com.docker.network.bridge.gateway_mode_ipv4': 'routed' };
      const config = [{ subnet: '172.27.5.0/24' }];
      await engine.service.create(creating('ways', { options, ipam: { driver: '', options: {}, config } }));
      const { netns } = await engine.service.join(joining('ways', { ports: [port(0, 80)] }));
      const closed = await engine.service.join(joining('ways'));
      const other = await engine.service.join(joining('bridge'));
      const server = await serve(netns, 80, 'routed');
      await serve(closed.netns, 80, 'closed');
      for (const who of [lan, other.netns, closed.netns])
        assert.equal(await get(who, '172.27.5.2'), 'routed');
      await until('the neighbour is seen as who it is', () => server.log.includes('192.0.2.2'));
      assert.ok(await ping(lan, '172.27.5.3'));
      for (const who of [lan, other.netns]) assert.equal(await getNothing(who, '172.27.5.3'), null);
    });

    it('shows containers under the address that their network names', async () => {
      await must(['ip', 'addr', 'add', '192.0.2.9/32', 'dev', 'lan0']);
      const options = { 'com.docker.network.host_ipv4': '192.0.2.9' };
      await engine.service.create(creating('shown', { options }));
      const { netns } = await engine.service.join(joining('shown'));
      const server = await serve(lan, 81, 'listener');
      assert.equal(await get(netns, '192.0.2.2', 81), 'listener');
      await until('it is seen under that address', () => server.log.includes('from 192.0.2.9'));
    });

    it('lets neighbours on a trusted interface reach published ports directly, and no others', async () => {
      const options = { 'com.docker.network.bridge.trusted_host_interfaces': 'lan0' };
      const config = [{ subnet: '172.27.8.0/24' }];
      await engine.service.create(
        creating('trusting', { options, ipam: { driver: '', options: {}, config } }),
      );
      const { netns } = await engine.service.join(joining('trusting', { ports: [port(8097, 80)] }));
      const server = await serve(netns, 80, 'trusted');
      await serve(netns, 81, 'unpublished');
      assert.equal(await get(lan, '172.27.8.2'), 'trusted');
      await until('the neighbour is seen as who it is', () => server.log.includes('from 192.0.2.2'));
      assert.equal(await getNothing(lan, '172.27.8.2', 81), null);
    });

    it('gives an isolated network no way to the host', async () => {
      const options = { 'com.docker.network.bridge.gateway_mode_ipv4': 'isolated' };
      const request = creating('alone', { options, internal: true });
      await engine.service.create({
        ...request,
        ipam: { driver: '', options: {}, config: [{ subnet: '172.27.6.0/24' }] },
      });
      const one = await engine.service.join(joining('alone'));
      const two = await engine.service.join(joining('alone'));
      assert.equal(one.endpoints.alone?.IPAddress, '172.27.6.1');
      assert.ok(await ping(one.netns, '172.27.6.2'));
      assert.equal(await pingNothing(two.netns, '172.17.0.1'), false);
      assert.equal(await must(['ip', '-4', 'route', 'show', '172.27.6.0/24']), '');
    });

    it('publishes over IPv6, the client’s own address kept', async () => {
      const config = [{ subnet: 'fd00:5::/64' }, { subnet: '172.27.7.0/24' }];
      await engine.service.create(
        creating('dual', { enableIPv6: true, ipam: { driver: '', options: {}, config } }),
      );
      const { netns, endpoints } = await engine.service.join(
        joining('dual', { ports: [port(8095, 80), port(8096, 80, '::1')] }),
      );
      const server = await serve(netns, 80, 'six');
      await must(['ip', 'addr', 'add', '2001:db8::1/64', 'dev', 'lan0', 'nodad']);
      const there = ['nsenter', `--net=${lan}`, '--', 'ip'];
      await must([...there, 'addr', 'add', '2001:db8::2/64', 'dev', 'lan1', 'nodad']);
      await must([...there, 'route', 'add', 'fd00:5::/64', 'via', '2001:db8::1']);
      await until('the neighbour gets there', async () => (await get(lan, '2001:db8::1', 8095)) === 'six');
      await until('it is seen as who it is', () => server.log.includes('2001:db8::2'));
      assert.equal(await get(lan, '192.0.2.1', 8095), 'six');
      assert.equal(await getNothing(lan, endpoints.dual?.GlobalIPv6Address ?? ''), null);
      assert.equal(await getNothing(lan, '2001:db8::1', 8096), null);
    });

    it('connects a running container to a second network', async () => {
      const request = joining('bridge');
      const { netns } = await engine.service.join(request);
      await engine.service.create(creating('later'));
      const peer = await engine.service.join(joining('later'));
      await serve(peer.netns, 80, 'peer');
      const address = peer.endpoints.later?.IPAddress ?? '';
      assert.equal(await getNothing(netns, address), null);
      await engine.service.connect(request.container, {
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
      for (const argv of administrator[backend].flush) await must(argv);
      assert.equal(await getNothing(lan, '192.0.2.1', 8090), null);
      await engine.again([kept.container]);
      assert.equal(await get(lan, '192.0.2.1', 8090), 'kept');
      assert.ok(!(await administrator[backend].left(/8091/)));
      // The other backend takes over, and leaves nothing of this one.
      await engine.again([kept.container], { backend: backend === 'iptables' ? 'nftables' : 'iptables' });
      assert.ok(!(await administrator[backend].left(/docker0/)));
      await engine.again([kept.container], { backend });
      assert.equal(await get(lan, '192.0.2.1', 8090), 'kept');
      await engine.service.leave(kept.container);
    });
  });
}

const ways = [
  ['-i', 'lan0', '-o', 'far0', '-j', 'ACCEPT'],
  ['-i', 'far0', '-o', 'lan0', '-j', 'ACCEPT'],
];

/** How an administrator speaks to each: lets two networks of the host talk, and takes rules out. */
const administrator = {
  iptables: {
    allow: ways.map((way) => ['iptables', '-I', 'DOCKER-USER', ...way]),
    forbid: [['iptables', '-F', 'DOCKER-USER']],
    flush: [
      ['iptables', '-F', 'DOCKER'],
      ['iptables', '-t', 'nat', '-F'],
    ],
    left: async (what: RegExp) => (await rules()).some((line) => what.test(line)),
  },
  nftables: {
    allow: [['nft', 'flush', 'chain', 'ip', 'minke-docker0', 'filter-rest']],
    forbid: [],
    flush: [['nft', 'delete', 'table', 'ip', 'minke-docker0']],
    left: async (what: RegExp) =>
      what.test(await must(['nft', 'list', 'table', 'ip', 'minke-docker0']).catch(() => '')),
  },
} as const;
