import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Resolver } from '../../drivers/dns/contract.ts';
import { Directory } from '../../drivers/dns/embedded/directory.ts';
import { DefaultIpam } from '../../drivers/ipam/default/driver.ts';
import { BridgeDriver } from '../../drivers/network/bridge/driver.ts';
import { IptablesFilter } from '../../drivers/network/bridge/filter/iptables/filter.ts';
import { UnattachedDriver } from '../../drivers/network/unattached/driver.ts';
import { MemoryRecords } from '../../drivers/state/memory/memory-records.ts';
import { type ErrorKind, isKind } from '../../errors/minke-error.ts';
import { MemoryFirewall } from '../../host/firewall/memory.ts';
import { MemoryNetworkStack } from '../../host/netns/memory.ts';
import type { EndpointRequest, JoinRequest, NetworkCreate, PortRequest } from './contract.ts';
import { networkRecord, sandboxRecord } from './records.ts';
import { NetworkService, type NetworkServiceOptions } from './service.ts';

/** A host whose records, kernel and firewall stay when the service starts again. */
class Host {
  readonly stack = new MemoryNetworkStack();
  readonly firewall = new MemoryFirewall();
  readonly events: string[] = [];
  readonly warnings: string[] = [];
  directory = new Directory();
  readonly resolver: Resolver = {
    address: '127.0.0.11',
    state: async (container, names) => this.directory.set(container, names),
    forget: async (container) => this.directory.delete(container),
  };
  readonly busy = new Set<number>();
  readonly #networks = new Map<string, string>();
  readonly #sandboxes = new Map<string, string>();
  readonly #rest: Partial<NetworkServiceOptions>;

  constructor(rest: Partial<NetworkServiceOptions> = {}) {
    this.#rest = rest;
  }

  async start(
    running: readonly string[] = [],
    rest: Partial<NetworkServiceOptions> = {},
  ): Promise<NetworkService> {
    const options: NetworkServiceOptions = {
      networks: new MemoryRecords(networkRecord, this.#networks),
      sandboxes: new MemoryRecords(sandboxRecord, this.#sandboxes),
      namespaceFolder: '/run/netns',
      readyNamespaces: 0,
      stack: this.stack,
      drivers: [
        new BridgeDriver({
          stack: this.stack,
          filter: new IptablesFilter(this.firewall),
          otherFilters: [],
          userlandProxy: true,
          allowDirectRouting: false,
          ipForward: true,
          ipForwardNoDrop: false,
          foreignBridges: new Set(),
          warn: (message) => this.warnings.push(message),
        }),
        new UnattachedDriver('host'),
        new UnattachedDriver('null'),
      ],
      ipam: [new DefaultIpam({ defaultPools: [], hostId: 'test' })],
      resolver: this.resolver,
      namesForHost: false,
      events: {
        publish: ({ action, attributes }) => {
          this.events.push(`${action} ${attributes.name} ${attributes.container ?? ''}`.trim());
        },
      },
      defaultBridge: {
        bridge: 'docker0',
        bip: '',
        fixedCidr: '',
        defaultGateway: '',
        ipv6: null,
        mtu: 1500,
        icc: true,
        ipMasq: true,
        hostIp: '0.0.0.0',
      },
      defaultOptions: new Map(),
      userlandProxy: true,
      publishPolicy: 'default',
      hostIPv6: true,
      dynamicPorts: [32768, 32771],
      probe: async (_proto, _address, number) => !this.busy.has(number),
      now: () => '2026-11-23T00:00:00.000000001Z',
      warn: (message) => this.warnings.push(message),
      ...this.#rest,
      ...rest,
    };
    const service = new NetworkService(options);
    await service.restore(new Set(running));
    return service;
  }
}

const creating = (name: string, rest: Partial<NetworkCreate> = {}): NetworkCreate => ({
  name,
  driver: 'bridge',
  internal: false,
  attachable: false,
  ingress: false,
  configOnly: false,
  configFrom: null,
  enableIPv4: true,
  enableIPv6: false,
  scope: '',
  options: {},
  labels: {},
  ipam: { driver: '', options: {}, config: [] },
  ...rest,
});

const wish = (network: string, rest: Partial<EndpointRequest> = {}): EndpointRequest => ({
  network,
  aliases: [],
  links: [],
  driverOpts: {},
  gwPriority: 0,
  ...rest,
});

const joining = (name: string, rest: Partial<JoinRequest> = {}): JoinRequest => ({
  container: name.padEnd(64, '0'),
  name,
  hostname: `${name}-host`,
  endpoints: [wish('bridge')],
  ports: [],
  exposed: [],
  sysctls: {},
  ...rest,
});

const publish = (hostPort: number, rest: Partial<PortRequest> = {}): PortRequest => ({
  proto: 'tcp',
  containerPort: 80,
  hostIp: '',
  hostPort,
  hostPortEnd: hostPort,
  ...rest,
});

const refused = (kind: ErrorKind, text: RegExp | string) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.ok(isKind(error, kind), `${String(error)} is not ${kind}`);
  if (typeof text === 'string') assert.equal(error.message, text);
  else assert.match(error.message, text);
  return true;
};

describe('networks', () => {
  let host: Host;
  let networks: NetworkService;
  beforeEach(async () => {
    host = new Host();
    networks = await host.start();
  });
  const names = async (filters: Record<string, string[]> = {}) =>
    (await networks.list(new Map(Object.entries(filters)))).map(({ Name }) => Name).toSorted();
  const addressOf = async (name: string, rest: Partial<JoinRequest> = {}) => {
    const { endpoints } = await networks.join(joining(name, rest));
    return Object.values(endpoints)[0]?.IPAddress;
  };

  it('has the predefined ones, with Docker’s options', async () => {
    assert.deepEqual(await names(), ['bridge', 'host', 'none']);
    const bridge = await networks.inspect('bridge', { verbose: false });
    assert.deepEqual(bridge.IPAM?.Config, [{ Subnet: '172.17.0.0/16', Gateway: '172.17.0.1' }]);
    assert.deepEqual(bridge.Options, {
      'com.docker.network.bridge.default_bridge': 'true',
      'com.docker.network.bridge.enable_icc': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
      'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
      'com.docker.network.bridge.name': 'docker0',
      'com.docker.network.driver.mtu': '1500',
    });
    for (const name of ['bridge', 'host', 'none']) {
      await assert.rejects(
        networks.remove(name),
        refused('forbidden', `${name} is a pre-defined network and cannot be removed`),
      );
    }
  });

  it('keeps ids and subnets over a restart', async () => {
    await networks.create(creating('un1', { labels: { a: 'b' } }));
    const before = await networks.list(new Map());
    assert.deepEqual(await (await host.start()).list(new Map()), before);
    assert.deepEqual(host.warnings, []);
  });

  it('takes new settings of the default network', async () => {
    const defaultBridge = {
      bridge: 'br7',
      bip: '10.7.0.1/24',
      fixedCidr: '10.7.0.128/25',
      defaultGateway: '10.7.0.5',
      ipv6: { bip: 'fd00:7::1/64', fixedCidr: 'fd00:7::100/120', defaultGateway: 'fd00:7::9' },
      mtu: 1400,
      icc: false,
      ipMasq: true,
      hostIp: '127.0.0.1',
    };
    const before = await networks.inspect('bridge', { verbose: false });
    networks = await host.start([], { defaultBridge });
    const bridge = await networks.inspect('bridge', { verbose: false });
    assert.equal(bridge.Id, before.Id);
    assert.deepEqual(bridge.IPAM?.Config, [
      {
        Subnet: '10.7.0.0/24',
        IPRange: '10.7.0.128/25',
        Gateway: '10.7.0.1',
        AuxiliaryAddresses: { DefaultGatewayIPv4: '10.7.0.5' },
      },
      {
        Subnet: 'fd00:7::/64',
        IPRange: 'fd00:7::100/120',
        Gateway: 'fd00:7::1',
        AuxiliaryAddresses: { DefaultGatewayIPv6: 'fd00:7::9' },
      },
    ]);
    assert.equal(bridge.EnableIPv6, true);
    const sandbox = await networks.join(joining('c1', { ports: [publish(80)] }));
    assert.equal(sandbox.endpoints.bridge?.Gateway, '10.7.0.5');
    assert.equal(sandbox.endpoints.bridge?.IPAddress, '10.7.0.128');
    assert.equal(sandbox.endpoints.bridge?.IPv6Gateway, 'fd00:7::9');
    assert.equal(sandbox.endpoints.bridge?.GlobalIPv6Address, 'fd00:7::100');
    assert.deepEqual(sandbox.ports, { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '80' }] });
    networks = await host.start([], { defaultBridge: { ...defaultBridge, bridge: 'none' } });
    assert.deepEqual(await names(), ['host', 'none']);
  });

  it('refuses what Docker refuses, in its words', async () => {
    await networks.create(creating('un1'));
    const rows: [NetworkCreate, ErrorKind, string | RegExp][] = [
      [creating('un1'), 'conflict', 'network with name un1 already exists'],
      [creating('bridge'), 'forbidden', 'operation is not permitted on predefined bridge network '],
      [creating(''), 'invalid', 'invalid name: name is empty'],
      [creating('x\ny'), 'invalid', /invalid network name/],
      [creating('x', { driver: 'foo' }), 'not-found', 'plugin "foo" not found'],
      [creating('x', { driver: 'host' }), 'forbidden', 'only one instance of "host" network is allowed'],
      [creating('x', { enableIPv4: false }), 'invalid', 'IPv4 or IPv6 must be enabled'],
      [creating('x', { scope: 'swarm' }), 'forbidden', /swarm is not active/],
      [
        creating('x', { ipam: { driver: '', options: {}, config: [{ subnet: '172.18.0.0/24' }] } }),
        'forbidden',
        'invalid pool request: Pool overlaps with other one on this address space',
      ],
      [
        creating('x', { ipam: { driver: '', options: {}, config: [{ subnet: '10.0.0.1/24' }] } }),
        'invalid',
        'invalid network config:\ninvalid subnet 10.0.0.1/24: it should be 10.0.0.0/24',
      ],
      [
        creating('x', {
          ipam: {
            driver: '',
            options: {},
            config: [{ subnet: '10.0.0.0/24', ipRange: '10.1.0.0/24', gateway: '10.2.0.1' }],
          },
        }),
        'invalid',
        "invalid network config:\n* invalid ip-range 10.1.0.0/24: parent subnet 10.0.0.0/24 doesn't contain ip-range\n* invalid gateway 10.2.0.1: parent subnet 10.0.0.0/24 doesn't contain this address",
      ],
      [
        creating('x', {
          ipam: {
            driver: '',
            options: {},
            config: [{ subnet: '10.0.0.0/24', auxAddresses: { a: '10.0.0.1' } }],
          },
        }),
        'internal',
        'failed to allocate secondary ip address (a:10.0.0.1): Address already in use',
      ],
      [
        creating('x', { options: { 'com.docker.network.bridge.name': 'docker0' } }),
        'forbidden',
        /networks have same bridge name/,
      ],
    ];
    for (const [request, kind, text] of rows)
      await assert.rejects(networks.create(request), refused(kind, text));
    assert.deepEqual(await names(), ['bridge', 'host', 'none', 'un1']);
    // What was refused holds nothing.
    await networks.create(
      creating('x', { ipam: { driver: '', options: {}, config: [{ subnet: '10.0.0.0/24' }] } }),
    );
    const shown = await networks.inspect('x', { verbose: false });
    assert.deepEqual(shown.IPAM?.Config, [{ Subnet: '10.0.0.0/24' }]);
  });

  it('tells how many addresses are in use to who asks for all', async () => {
    const config = [
      { subnet: '10.0.0.0/24', ipRange: '10.0.0.64/26', auxAddresses: { printer: '10.0.0.65' } },
    ];
    await networks.create(creating('un1', { enableIPv6: true, ipam: { driver: '', options: {}, config } }));
    await networks.join(joining('c1', { endpoints: [wish('un1')] }));
    assert.ok(!('Status' in (await networks.inspect('un1', { verbose: false }))));
    const { Status: status } = await networks.inspect('un1', { verbose: true });
    const [four, six] = Object.entries(status?.IPAM?.Subnets ?? {});
    // Both ends, the gateway, the printer, the container.
    assert.deepEqual(four, ['10.0.0.0/24', { IPsInUse: 5, DynamicIPsAvailable: 62 - 1 }]);
    assert.match(six?.[0] ?? '', /::\/64$/);
    assert.deepEqual(six?.[1], { IPsInUse: 3, DynamicIPsAvailable: Number.MAX_SAFE_INTEGER });
  });

  it('leaves nothing of a network that the kernel refuses', async () => {
    host.stack.refuse = (step) => (step.do === 'add-bridge' ? 'EPERM' : undefined);
    await assert.rejects(networks.create(creating('un1')), /EPERM/);
    host.stack.refuse = () => undefined;
    assert.deepEqual(await names(), ['bridge', 'host', 'none']);
    await networks.create(creating('un1'));
    const shown = await networks.inspect('un1', { verbose: false });
    assert.deepEqual(shown.IPAM?.Config, [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }]);
  });

  it('finds by id, name, prefix, in this order', async () => {
    const { Id } = await networks.create(creating('un1'));
    await networks.create(creating(Id.slice(0, 12)));
    assert.equal((await networks.resolve(Id)).name, 'un1');
    assert.equal((await networks.resolve(Id.slice(0, 12))).name, Id.slice(0, 12));
    assert.equal((await networks.resolve(Id.slice(0, 11))).name, 'un1');
    await assert.rejects(networks.resolve('nope'), refused('not-found', 'network nope not found'));
  });

  it('lists by filters', async () => {
    await networks.create(creating('un1', { labels: { a: 'b' } }));
    assert.deepEqual(await names({ driver: ['host'] }), ['host']);
    assert.deepEqual(await names({ type: ['custom'] }), ['un1']);
    assert.deepEqual(await names({ name: ['un'] }), ['un1']);
    assert.deepEqual(await names({ label: ['a=b'] }), ['un1']);
    assert.deepEqual(await names({ dangling: ['true'] }), ['un1']);
    assert.deepEqual(await names({ scope: ['swarm'] }), []);
    await assert.rejects(names({ type: ['x'] }), refused('invalid', "invalid filter: 'type'='x'"));
    await assert.rejects(names({ foo: ['x'] }), refused('invalid', "invalid filter 'foo'"));
  });

  it('keeps a network that somebody uses', async () => {
    await networks.create(creating('un1'));
    await networks.create(creating('un2'));
    const { container } = joining('c1');
    const { endpoints } = await networks.join(joining('c1', { endpoints: [wish('un1')] }));
    const id = endpoints.un1?.EndpointID?.slice(0, 12);
    await assert.rejects(
      networks.remove('un1'),
      refused(
        'forbidden',
        `error while removing network: network un1 has active endpoints (name:"c1" id:"${id}")`,
      ),
    );
    assert.deepEqual((await networks.prune(new Map())).deleted, ['un2']);
    await networks.leave(container);
    await networks.remove('un1');
    assert.deepEqual(await names(), ['bridge', 'host', 'none']);
    assert.ok(!(await host.stack.state(null)).links.some(({ name }) => name.startsWith('br-')));
  });

  it('takes settings from a configuration', async () => {
    await networks.create(
      creating('cfg', { configOnly: true, options: { 'com.docker.network.driver.mtu': '1400' } }),
    );
    await networks.create(creating('un1', { configFrom: 'cfg' }));
    const shown = await networks.inspect('un1', { verbose: false });
    assert.deepEqual(shown.ConfigFrom, { Network: 'cfg' });
    assert.equal(shown.Options?.['com.docker.network.driver.mtu'], '1400');
    await assert.rejects(
      networks.remove('cfg'),
      refused('forbidden', 'error while removing network: configuration network "cfg" is in use'),
    );
    await networks.remove('un1');
    await networks.remove('cfg');
  });

  it('gives a container its networking and takes it back', async () => {
    const before = await host.stack.state(null);
    const sandbox = await networks.join(
      joining('c1', { ports: [publish(8080)], exposed: [{ proto: 'tcp', port: 81 }] }),
    );
    assert.equal(sandbox.netns, `/run/netns/${sandbox.id.slice(0, 12)}`);
    assert.deepEqual(sandbox.ports, {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '81/tcp': null,
    });
    const proxy = { proto: 'tcp', hostPort: 8080, containerIp: '172.17.0.2', containerPort: 80 };
    assert.deepEqual(sandbox.proxies, [
      { ...proxy, hostIp: '0.0.0.0' },
      { ...proxy, hostIp: '::' },
    ]);
    assert.deepEqual(sandbox.hosts, [{ address: '172.17.0.2', names: ['c1-host'] }]);
    assert.deepEqual(networks.proxies(joining('c1').container), sandbox.proxies);
    const { routes } = await host.stack.state(sandbox.netns);
    assert.deepEqual(routes, [{ link: 'eth0', to: '0.0.0.0/0', via: '172.17.0.1' }]);
    assert.ok('eth0' in (await networks.counters(joining('c1').container)));
    await networks.leave(joining('c1').container);
    await networks.leave(joining('c1').container);
    await networks.close();
    assert.deepEqual(await host.stack.state(null), before);
    assert.deepEqual(await host.stack.namespaces('/run/netns'), []);
    assert.ok(!host.firewall.lines.some((line) => line.includes('8080')));
    assert.deepEqual(host.events, [
      `connect bridge ${joining('c1').container}`,
      `disconnect bridge ${joining('c1').container}`,
    ]);
  });

  it('gives addresses out once, the lowest first, again at once', async () => {
    assert.equal(await addressOf('c1'), '172.17.0.2');
    assert.equal(await addressOf('c2'), '172.17.0.3');
    await networks.leave(joining('c1').container);
    assert.equal(await addressOf('c1'), '172.17.0.2');
    const many = await Promise.all(Array.from({ length: 50 }, (_, index) => addressOf(`m${index}x`)));
    assert.equal(new Set(many).size, 50);
  });

  it('gives static addresses only where the subnet was configured', async () => {
    await networks.create(
      creating('un1', { ipam: { driver: '', options: {}, config: [{ subnet: '10.5.0.0/24' }] } }),
    );
    await networks.create(creating('un2'));
    assert.equal(await addressOf('c1', { endpoints: [wish('un1', { ipv4: '10.5.0.77' })] }), '10.5.0.77');
    await assert.rejects(
      addressOf('c2', { endpoints: [wish('un1', { ipv4: '10.5.0.77' })] }),
      refused('forbidden', 'Address already in use'),
    );
    const check = (network: string, ipv4: string) => () => networks.checkEndpoint(wish(network, { ipv4 }));
    const only = 'user specified IP address is supported';
    assert.throws(
      check('bridge', '172.17.0.9'),
      refused(
        'invalid',
        `invalid endpoint settings:\n* ${only} on user defined networks only\n* ${only} only when connecting to networks with user configured subnets`,
      ),
    );
    assert.throws(check('un2', '172.18.0.9'), refused('invalid', /configured subnets$/));
    assert.throws(
      check('un1', '10.6.0.9'),
      refused(
        'invalid',
        'invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.6.0.9',
      ),
    );
    check('un1', '10.5.0.9')();
  });

  it('refuses a port that another container has', async () => {
    await networks.join(joining('c1', { ports: [publish(8080)] }));
    const before = await host.stack.state(null);
    for (const hostIp of ['', '0.0.0.0', '127.0.0.1', '::']) {
      await assert.rejects(
        networks.join(joining('c2', { ports: [publish(81), publish(8080, { hostIp })] })),
        refused(
          'internal',
          /^driver failed programming external connectivity on endpoint c2 \([0-9a-f]{64}\): Bind for \S+:8080 failed: port is already allocated$/,
        ),
      );
    }
    await networks.join(joining('c3', { ports: [publish(8080, { proto: 'udp' }), publish(81)] }));
    await networks.leave(joining('c3').container);
    await networks.close();
    assert.deepEqual(await host.stack.state(null), before);
  });

  it('gives a port again as soon as its owner left', async () => {
    for (let time = 0; time < 3; time += 1) {
      await networks.join(joining(`c${time}`, { ports: [publish(8080)] }));
      await networks.leave(joining(`c${time}`).container);
    }
  });

  it('picks ports from a range, past those that strangers hold', async () => {
    const range = { hostPort: 9000, hostPortEnd: 9002 };
    host.busy.add(9001);
    const portOf = async (name: string, request: PortRequest) => {
      const { ports } = await networks.join(joining(name, { ports: [request] }));
      return ports?.['80/tcp']?.[0]?.HostPort;
    };
    assert.equal(await portOf('c1', publish(0, range)), '9000');
    assert.equal(await portOf('c2', publish(0, range)), '9002');
    await assert.rejects(portOf('c3', publish(0, range)), /all ports are allocated/);
    // Dynamic ports go on behind the one given last.
    assert.equal(await portOf('d1', publish(0)), '32768');
    await networks.leave(joining('d1').container);
    assert.equal(await portOf('d2', publish(0)), '32769');
    assert.equal(await portOf('d3', publish(0)), '32770');
    assert.equal(await portOf('d4', publish(0)), '32771');
    assert.equal(await portOf('d5', publish(0)), '32768');
    await assert.rejects(portOf('d6', publish(0)), /all ports are allocated/);
  });

  it('gives a container without networks loopback alone', async () => {
    const sandbox = await networks.join(joining('c1', { endpoints: [wish('none')] }));
    assert.equal(sandbox.endpoints.none?.IPAddress, '');
    assert.equal(sandbox.endpoints.none?.MacAddress, '');
    const { links } = await host.stack.state(sandbox.netns);
    assert.deepEqual(
      links.map(({ name }) => name),
      ['lo'],
    );
    await networks.create(creating('un1'));
    await assert.rejects(networks.connect(joining('c1').container, wish('un1')), /private \(none\) mode/);
    await networks.disconnect(joining('c1').container, 'none');
    await networks.connect(joining('c1').container, wish('un1'));
    assert.deepEqual(Object.keys(networks.sandbox(joining('c1').container)?.endpoints ?? {}), ['un1']);
  });

  it('connects and disconnects, ports and default route following the entrance', async () => {
    await networks.create(creating('aa'));
    await networks.create(creating('zz'));
    const { container } = joining('c1');
    await networks.join(joining('c1', { endpoints: [wish('zz')], ports: [publish(8080)] }));
    const settings = await networks.connect(container, wish('aa', { aliases: ['db'] }));
    assert.deepEqual(settings.DNSNames, ['c1', 'db', container.slice(0, 12), 'c1-host']);
    const sandbox = () => networks.sandbox(container);
    // By name, aa comes first.
    assert.equal(sandbox()?.proxies[0]?.containerIp, settings.IPAddress);
    const netns = sandbox()?.netns ?? '';
    const defaultRoute = async () =>
      (await host.stack.state(netns)).routes.map(({ link, via }) => `${link} ${via}`);
    assert.deepEqual(await defaultRoute(), [`eth1 ${settings.Gateway}`]);
    assert.equal(host.firewall.lines.filter((line) => line.includes('dport 8080')).length, 1);
    await assert.rejects(
      networks.connect(container, wish('aa')),
      refused('forbidden', 'endpoint with name c1 already exists in network aa'),
    );
    await networks.disconnect(container, 'aa');
    assert.deepEqual(await defaultRoute(), ['eth0 172.19.0.1']);
    assert.equal(sandbox()?.proxies[0]?.containerIp, '172.19.0.2');
    await assert.rejects(
      networks.disconnect(container, 'aa'),
      refused('internal', `container ${container} is not connected to network aa`),
    );
    await networks.remove('aa');
    await networks.disconnect(container, 'zz');
    assert.deepEqual(sandbox()?.ports, {});
    assert.ok(!host.firewall.lines.some((line) => line.includes('8080')));
    await networks.join(joining('c2', { ports: [publish(8080)] }));
  });

  it('leaves everything as it was where connect fails', async () => {
    await networks.create(creating('aa'));
    const { container } = joining('c1');
    await networks.join(joining('c1', { ports: [publish(8080)] }));
    const before = [
      networks.sandbox(container),
      host.firewall.lines.toSorted(),
      await host.stack.state(null),
    ];
    host.stack.refuse = (step) => (step.do === 'add-veth' ? 'ENOMEM' : undefined);
    await assert.rejects(networks.connect(container, wish('aa')), /ENOMEM/);
    host.stack.refuse = () => undefined;
    assert.deepEqual(
      [networks.sandbox(container), host.firewall.lines.toSorted(), await host.stack.state(null)],
      before,
    );
    const again = await networks.connect(container, wish('aa'));
    assert.equal(again.IPAddress, '172.18.0.2');
  });

  it('prefers the network with the highest gateway priority', async () => {
    await networks.create(creating('aa'));
    const endpoints = [wish('aa'), wish('bridge', { gwPriority: 5 })];
    const sandbox = await networks.join(joining('c1', { endpoints, ports: [publish(80)] }));
    assert.equal(sandbox.proxies[0]?.containerIp, '172.17.0.2');
  });

  it('publishes nothing from an internal network', async () => {
    await networks.create(creating('in', { internal: true }));
    const sandbox = await networks.join(joining('c1', { endpoints: [wish('in')], ports: [publish(80)] }));
    assert.deepEqual(sandbox.ports, {});
    assert.deepEqual(sandbox.proxies, []);
    assert.equal(sandbox.endpoints.in?.Gateway, '');
    assert.deepEqual((await host.stack.state(sandbox.netns)).routes, []);
  });

  it('speaks IPv6 where it is asked for, and the container does not refuse', async () => {
    await networks.create(creating('six', { enableIPv6: true }));
    const sandbox = await networks.join(joining('c1', { endpoints: [wish('six')], ports: [publish(80)] }));
    const { GlobalIPv6Address, IPv6Gateway, GlobalIPv6PrefixLen } = sandbox.endpoints.six ?? {};
    assert.match(GlobalIPv6Address ?? '', /^fd.*::2$/);
    assert.match(IPv6Gateway ?? '', /^fd.*::1$/);
    assert.equal(GlobalIPv6PrefixLen, 64);
    assert.equal(sandbox.proxies.find(({ hostIp }) => hostIp === '::')?.containerIp, GlobalIPv6Address);
    const sysctls = { 'net.ipv6.conf.all.disable_ipv6': '1' };
    const without = await networks.join(joining('c2', { endpoints: [wish('six')], sysctls }));
    assert.equal(without.endpoints.six?.GlobalIPv6Address, '');
  });

  it('knows links of the default network', async () => {
    const db = joining('db', { exposed: [{ proto: 'tcp', port: 5432 }] });
    await networks.join(db);
    const web = joining('web', { endpoints: [wish('bridge', { links: [`${db.container}:store`] })] });
    const sandbox = await networks.join(web);
    assert.deepEqual(sandbox.hosts, [
      { address: '172.17.0.2', names: ['store', 'db-host', 'db'] },
      { address: '172.17.0.3', names: ['web-host'] },
    ]);
    await assert.rejects(
      networks.join(joining('other', { endpoints: [wish('bridge', { links: ['gone:store'] })] })),
      refused('conflict', 'Cannot link to a non running container: /gone AS /other/store'),
    );
    // Who is linked to may end, and be called otherwise, while the other goes on.
    await networks.rename(db.container, 'rows');
    assert.deepEqual(networks.sandbox(web.container)?.hosts[0]?.names, ['store', 'db-host', 'rows']);
    await networks.leave(db.container);
    await networks.create(creating('un1'));
    await networks.connect(web.container, wish('un1'));
    assert.deepEqual(Object.keys(networks.sandbox(web.container)?.endpoints ?? {}), ['bridge', 'un1']);
  });

  it('gives containers of user-defined networks names for each other', async () => {
    await networks.create(creating('un1'));
    await networks.create(creating('un2'));
    await networks.create(creating('in1', { internal: true }));
    const id = (name: string): string => joining(name).container;
    assert.equal((await networks.join(joining('plain'))).resolver, null);
    const db = await networks.join(joining('DB', { endpoints: [wish('un1', { aliases: ['store'] })] }));
    assert.equal(db.resolver, '127.0.0.11');
    await networks.join(
      joining('web', { endpoints: [wish('un1', { links: ['DB:linked'] }), wish('un2')], dns: ['10.0.0.53'] }),
    );
    await networks.join(joining('far', { endpoints: [wish('un2', { aliases: ['store'] })] }));
    await networks.join(joining('hidden', { endpoints: [wish('in1')] }));
    const { directory } = host;
    const groups = (name: string, asker = 'web') => directory.addresses(id(asker), name);
    const found = (name: string, asker = 'web') => groups(name, asker)?.flat() ?? null;
    for (const name of ['db', 'db.un1', 'db-host', 'linked', id('DB').slice(0, 12).toLowerCase()]) {
      assert.deepEqual(found(name), ['172.18.0.2'], name);
    }
    assert.deepEqual(groups('store'), [['172.18.0.2'], ['172.19.0.3']], 'in the order of the networks');
    assert.deepEqual(found('store.un2'), ['172.19.0.3']);
    for (const name of ['plain', 'hidden', 'nobody', 'db.un2', '']) assert.equal(found(name), null, name);
    assert.equal(found('db', 'far'), null);
    assert.equal(found('linked', 'far'), null);
    assert.equal(directory.nameOf(id('web'), '172.18.0.2'), 'DB.un1');
    assert.equal(directory.nameOf(id('web'), '172.17.0.2'), null);
    const { servers, outside, namespace } = directory.get(id('web')) ?? {};
    assert.deepEqual([servers, outside], [['10.0.0.53'], true]);
    assert.equal(namespace, networks.sandbox(id('web'))?.netns);
    assert.equal(directory.get(id('hidden'))?.outside, false);
    assert.equal(directory.get(id('plain')), undefined);
    await networks.connect(id('plain'), wish('un1'));
    assert.deepEqual(found('db', 'plain'), ['172.18.0.2']);
    assert.equal(networks.sandbox(id('plain'))?.resolver, '127.0.0.11');
    await networks.disconnect(id('plain'), 'un1');
    // The way to the resolver stays open as long as the container runs; it leads to no neighbour.
    assert.equal(directory.get(id('plain'))?.namespace, networks.sandbox(id('plain'))?.netns);
    assert.equal(networks.sandbox(id('plain'))?.resolver, null);
    assert.deepEqual([found('plain'), found('db', 'plain')], [null, null]);
    await networks.rename(id('DB'), 'new');
    await networks.rename('nobody', 'x');
    assert.equal(found('db'), null);
    assert.deepEqual(found('new'), ['172.18.0.2']);
    await networks.leave(id('DB'));
    await networks.leave(id('plain'));
    await networks.close();
    assert.equal(found('new'), null);
    assert.equal(directory.get(id('plain')), undefined);
    networks = await host.start([id('web')]);
    assert.deepEqual(found('web')?.toSorted(), ['172.18.0.3', '172.19.0.2']);
    assert.equal(directory.get(id('far')), undefined, 'it ended while no daemon was there');
  });

  it('publishes other ports of a running container, all or nothing', async () => {
    const { container } = joining('web');
    await networks.join(joining('web', { ports: [publish(8080), publish(0, { containerPort: 443 })] }));
    await networks.join(joining('other', { ports: [publish(9090)] }));
    const seen: number[][] = [];
    const listen = async (proxies: readonly { hostPort: number; hostIp: string }[]): Promise<void> => {
      seen.push(proxies.filter(({ hostIp }) => hostIp === '0.0.0.0').map(({ hostPort }) => hostPort));
    };
    const ports = () =>
      Object.entries(networks.sandbox(container)?.ports ?? {}).map(
        ([port, list]) => `${port} ${list?.map(({ HostIp, HostPort }) => `${HostIp} ${HostPort}`)[0] ?? '-'}`,
      );
    const any = publish(0, { containerPort: 443 });
    const exposed = [{ proto: 'tcp', port: 80 }];
    await networks.publish(container, { ports: [any, publish(8081)], exposed }, listen);
    const after = ['80/tcp 0.0.0.0 8081', '443/tcp 0.0.0.0 32768'];
    assert.deepEqual(ports(), after);
    assert.ok(host.firewall.lines.some((line) => line.includes('8081')));
    assert.ok(!host.firewall.lines.some((line) => line.includes('8080')));
    // Taken, and not to be listened on: everything is as it was.
    const failing = [{ ports: [publish(9090)], exposed }, listen] as const;
    await assert.rejects(networks.publish(container, ...failing), /port is already allocated/);
    let first = true;
    const busy = async (): Promise<void> => {
      if (first) {
        first = false;
        throw new Error('in use');
      }
    };
    await assert.rejects(networks.publish(container, { ports: [publish(8082)], exposed }, busy), /in use/);
    assert.deepEqual(ports(), after);
    await networks.publish(container, { ports: [any, publish(8081)], exposed }, listen);
    assert.deepEqual(seen, [
      [32768, 8081],
      [32768, 8081],
    ]);
    // What was given up is free for others, also after a start.
    await networks.join(joining('third', { ports: [publish(8080)] }));
    networks = await host.start([container]);
    assert.deepEqual(ports(), after);
    await networks.publish(container, { ports: [], exposed: [] }, listen);
    assert.deepEqual(ports(), []);
    await assert.rejects(networks.publish('nobody', { ports: [], exposed: [] }, listen), /not running/);
    assert.deepEqual(host.warnings, []);
  });

  it('has all names for the host where it asks for them', async () => {
    networks = await host.start([], { namesForHost: true });
    await networks.create(creating('shop'));
    await networks.join(joining('plain'));
    await networks.join(joining('db', { endpoints: [wish('shop')] }));
    const { directory } = host;
    assert.deepEqual(directory.addressesForHost('plain'), ['172.17.0.2']);
    assert.deepEqual(directory.addressesForHost('db.shop'), ['172.18.0.2']);
    assert.equal(directory.addressesForHost('db.bridge'), null);
    assert.equal(directory.nameForHost('172.18.0.2'), 'db.shop');
    assert.equal(directory.addresses(joining('plain').container, 'plain'), null);
    assert.equal(directory.get(joining('plain').container)?.namespace, null);
  });

  it('heals at the next start what a crash left', async () => {
    await networks.create(creating('un1'));
    await networks.join(joining('kept', { endpoints: [wish('un1')], ports: [publish(8080)] }));
    await networks.join(joining('gone', { ports: [publish(8081, { hostIp: '127.0.0.1' })] }));
    const kept = networks.sandbox(joining('kept').container);
    await host.stack.run([{ do: 'add-namespace', path: '/run/netns/0123456789ab' }]);
    networks = await host.start([joining('kept').container]);
    assert.deepEqual(networks.sandbox(joining('kept').container), kept);
    assert.equal(networks.sandbox(joining('gone').container), null);
    assert.deepEqual(await host.stack.namespaces('/run/netns'), [kept?.netns]);
    assert.ok(!host.firewall.lines.some((line) => line.includes('8081')));
    assert.ok(host.firewall.lines.some((line) => line.includes('8080')));
    const ports = (await host.stack.state(null)).links.filter(({ kind }) => kind === 'veth');
    assert.equal(ports.length, 1);
    // What the survivor has is nobody else's.
    await assert.rejects(networks.join(joining('c2', { ports: [publish(8080)] })), /already allocated/);
    assert.equal(await addressOf('c3', { endpoints: [wish('un1')] }), '172.18.0.3');
    await networks.leave(joining('kept').container);
    assert.equal(await addressOf('c4', { endpoints: [wish('un1')], ports: [publish(8080)] }), '172.18.0.2');
    assert.deepEqual(host.warnings, []);
  });

  it('gives back everything of a start that fails half-way', async () => {
    const before = await host.stack.state(null);
    for (const bad of ['add-namespace', 'add-veth', 'add-address', 'add-route'] as const) {
      host.stack.refuse = (step) => (step.do === bad ? 'EIO' : undefined);
      await assert.rejects(networks.join(joining('c1', { ports: [publish(8080)] })), /EIO/, bad);
    }
    host.stack.refuse = () => undefined;
    const sandbox = await networks.join(joining('c1', { ports: [publish(8080)] }));
    assert.equal(sandbox.endpoints.bridge?.IPAddress, '172.17.0.2');
    await networks.leave(joining('c1').container);
    await networks.close();
    assert.deepEqual(await host.stack.state(null), before);
    assert.deepEqual(await host.stack.namespaces('/run/netns'), []);
  });

  it('leaves publishing to who asks for it, where it may', async () => {
    const { container } = joining('c1');
    const fail = new Error('no such table');
    const shown = () => host.firewall.lines.some((line) => line.includes('8080'));
    await networks.join(joining('c1', { ports: [publish(8080)], publishLater: true }));
    assert.ok(!shown());
    await networks.publishNow(container);
    assert.ok(shown());
    const { changes } = host.firewall;
    await networks.publishNow(container);
    assert.equal(host.firewall.changes, changes);
    await networks.leave(container);
    await networks.publishNow(container);
    const apply = host.firewall.apply.bind(host.firewall);
    host.firewall.apply = async () => {
      throw fail;
    };
    await networks.join(joining('c2', { ports: [publish(8080)], publishLater: true }));
    await assert.rejects(networks.publishNow(joining('c2').container), fail);
    await assert.rejects(networks.join(joining('c3', { ports: [publish(8081)] })), fail);
    host.firewall.apply = apply;
    await networks.leave(joining('c2').container);
    await networks.join(joining('c3', { ports: [publish(8080), publish(8081)] }));
  });

  it('answers a second leave at once, while the first is under way', async () => {
    const { container } = joining('c1');
    await networks.join(joining('c1', { ports: [publish(8080)] }));
    const gate = Promise.withResolvers<void>();
    const apply = host.firewall.apply.bind(host.firewall);
    host.firewall.apply = async (wanted) => {
      await gate.promise;
      await apply(wanted);
    };
    await networks.leave(container);
    await networks.leave(container);
    assert.ok(host.firewall.lines.some((line) => line.includes('8080')));
    const again = networks.join(joining('c1', { ports: [publish(8080)] }));
    gate.resolve();
    await again;
    assert.notEqual(networks.sandbox(container), null);
  });

  it('does not let join and leave of one container cross', async () => {
    const { container } = joining('c1');
    const joined = networks.join(joining('c1'));
    const left = networks.leave(container);
    await Promise.all([joined, left]);
    assert.equal(networks.sandbox(container), null);
    await networks.join(joining('c1'));
    assert.equal(networks.sandbox(container)?.endpoints.bridge?.IPAddress, '172.17.0.2');
  });
});
