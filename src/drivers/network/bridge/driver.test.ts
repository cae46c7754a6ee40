import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryFirewall } from '../../../host/firewall/memory.ts';
import { MemoryNetworkStack } from '../../../host/netns/memory.ts';
import { endpointFacts, networkDriverSuite, networkFacts } from '../suite.ts';
import { BridgeDriver, type BridgeOptions } from './driver.ts';
import { IptablesFilter } from './filter/iptables/filter.ts';

function make(rest: Partial<BridgeOptions> = {}) {
  const stack = new MemoryNetworkStack();
  const firewall = new MemoryFirewall();
  const options: BridgeOptions = {
    stack,
    filter: new IptablesFilter(firewall),
    otherFilters: [],
    userlandProxy: true,
    allowDirectRouting: false,
    ipForward: true,
    ipForwardNoDrop: false,
    foreignBridges: new Set(),
    warn: () => {},
    ...rest,
  };
  return { stack, firewall, driver: new BridgeDriver(options), again: () => new BridgeDriver(options) };
}

networkDriverSuite('bridge, in memory', async () => ({
  ...make(),
  folder: '/run/netns',
  onHost: true,
  clean: async () => {},
}));

const option = (name: string, value: string) => networkFacts({ options: { [name]: value } });
const port = { proto: 'tcp', hostIp: '0.0.0.0', hostPort: 8080, containerPort: 80 } as const;
const namespace = '/run/netns/n1';

describe('bridge networks', () => {
  it('refuse options that make no sense, in the words of Docker', () => {
    const { driver } = make();
    const refused = {
      'com.docker.network.bridge.enable_icc': ['zz', /strconv\.ParseBool: parsing "zz": invalid syntax/],
      'com.docker.network.driver.mtu': ['-1', /invalid MTU number: -1/],
      'com.docker.network.bridge.gateway_mode_ipv4': ['foo', /unknown gateway mode foo/],
      'com.docker.network.bridge.name': ['../../x', /is no name for an interface/],
      'com.docker.network.container_iface_prefix': ['a name', /is no name for an interface/],
      'com.docker.network.host_ipv4': [
        'bla',
        /failed to parse com\.docker\.network\.host_ipv4 value: bla \(nil ip\)/,
      ],
      'com.docker.network.host_ipv6': ['10.0.0.1', /it is no IPv6 address/],
      'com.docker.network.bridge.host_binding_ipv4': ['1400', /host_binding_ipv4 value: 1400 \(nil ip\)/],
      'com.docker.network.bridge.trusted_host_interfaces': ['eth0:e*', /"e\*" is no name for an interface/],
    } as const;
    for (const [name, [value, text]] of Object.entries(refused)) {
      assert.throws(() => driver.check(option(name, value), []), text);
    }
    for (const bad of ['eth+', 'br*', 'a"b', "a'b", 'a;b', '{x}']) {
      const text = /is no name for a bridge/;
      assert.throws(() => driver.check(option('com.docker.network.bridge.name', bad), []), text, bad);
    }
    const name = option('com.docker.network.bridge.name', 'br7');
    assert.throws(
      () => driver.check({ ...name, id: 'c'.repeat(64) }, [name]),
      /networks have same bridge name/,
    );
    const two = { version: 4, subnet: '10.9.0.0/24', gateway: '10.9.0.1' } as const;
    assert.throws(
      () => driver.check(networkFacts({ subnets: [two, { ...two, subnet: '10.8.0.0/24' }] }), []),
      /doesn't support multiple subnets/,
    );
  });

  it('make their device again when somebody took it away', async () => {
    const { stack, driver } = make();
    const network = networkFacts({});
    await driver.open(network);
    await stack.run([{ do: 'add-namespace', path: namespace }]);
    const bridge = (await stack.state(null)).links.find(({ kind }) => kind === 'bridge')?.name ?? '';
    await stack.run([{ do: 'delete-link', namespace: null, name: bridge }]);
    await driver.attach(endpointFacts({}), namespace);
    const names = (await stack.state(null)).links.map(({ name }) => name);
    assert.ok(names.includes(bridge), names.join(' '));
  });

  it('say what is published', () => {
    const { driver } = make();
    assert.deepEqual(driver.publishing(networkFacts()), {
      ipv4: 'nat',
      ipv6: 'nat',
      hostIp: null,
      shown: true,
    });
    assert.equal(driver.publishing(networkFacts({ internal: true })).ipv4, 'none');
    const routed = option('com.docker.network.bridge.gateway_mode_ipv4', 'routed');
    assert.equal(driver.publishing(routed).ipv4, 'routed');
    const local = option('com.docker.network.bridge.host_binding_ipv4', '127.0.0.1');
    assert.equal(driver.publishing(local).hostIp, '127.0.0.1');
  });

  it('switch forwarding on without making the host a router for its neighbours', async () => {
    const { driver, stack, firewall } = make();
    await driver.open(networkFacts());
    assert.equal(await stack.sysctl(null, 'net/ipv4/ip_forward'), '1');
    assert.equal(await stack.sysctl(null, 'net/ipv6/conf/all/forwarding'), '0');
    assert.deepEqual([...firewall.policies], [['ipv4 FORWARD', 'DROP']]);
  });

  it('leave the kernel alone where they are told to', async () => {
    const { driver, stack } = make({ ipForward: false, filter: null });
    await driver.open(networkFacts());
    assert.equal(await stack.sysctl(null, 'net/ipv4/ip_forward'), '0');
  });

  it('change no rule for an endpoint without ports', async () => {
    const { driver, stack, firewall } = make();
    await driver.open(networkFacts());
    await stack.run([{ do: 'add-namespace', path: namespace }]);
    const before = firewall.changes;
    await driver.attach(endpointFacts(), namespace);
    await driver.detach(endpointFacts().id, { namespace, keep: false });
    assert.equal(firewall.changes, before);
  });

  it('take their rules back', async () => {
    const { driver, stack, firewall } = make();
    await driver.open(networkFacts());
    const opened = firewall.lines.toSorted();
    await stack.run([{ do: 'add-namespace', path: namespace }]);
    await (await driver.attach(endpointFacts({ ports: [port] }), namespace)).publish();
    assert.ok(
      firewall.lines.some((line) => line.includes('--dport 8080 -j DNAT --to-destination 10.77.0.2:80')),
    );
    await driver.detach(endpointFacts().id, { namespace, keep: false });
    assert.deepEqual(firewall.lines.toSorted(), opened);
    await driver.close(networkFacts());
    assert.ok(!firewall.lines.some((line) => line.includes('br-')));
  });

  it('repair rules that others took out, and take out those of what ended', async () => {
    const { driver, stack, firewall, again } = make();
    const loopback = endpointFacts({ ports: [{ ...port, hostIp: '127.0.0.1' }] });
    await driver.open(networkFacts());
    const opened = firewall.lines.toSorted();
    await stack.run([{ do: 'add-namespace', path: namespace }]);
    await driver.attach(loopback, namespace);
    const foreign = {
      family: 'ipv4',
      table: 'filter',
      chain: 'DOCKER-USER',
      args: '-i eth9 -j DROP',
    } as const;
    firewall.found = {
      ...firewall.found,
      rules: [...firewall.found.rules.filter(({ chain }) => chain !== 'DOCKER-FORWARD'), foreign],
    };
    await again().restore([networkFacts()], { running: [], gone: [{ facts: loopback, namespace: null }] });
    assert.deepEqual(firewall.lines.toSorted(), [...opened, 'filter DOCKER-USER -i eth9 -j DROP'].toSorted());
  });

  it('take out a pair that was made and not yet put on its bridge', async () => {
    const { stack, again } = make();
    const half = endpointFacts({ id: 'e8'.repeat(32) });
    await stack.run([
      { do: 'add-namespace', path: namespace },
      {
        do: 'add-veth',
        name: 'vethe8e8e8e',
        mtu: 1500,
        peer: { namespace, name: 'eth0', mac: half.mac, ipv6: false },
      },
    ]);
    await again().restore([networkFacts()], { running: [], gone: [{ facts: half, namespace }] });
    assert.deepEqual(
      (await stack.state(namespace)).links.map(({ name }) => name),
      ['lo'],
    );
  });

  it('keep bridges of the administrator as they are', async () => {
    const { driver, stack } = make({ foreignBridges: new Set(['mybr']) });
    const facts = option('com.docker.network.bridge.name', 'mybr');
    await assert.rejects(driver.open(facts), /does not exist/);
    await stack.run([
      { do: 'add-bridge', name: 'mybr' },
      { do: 'add-address', namespace: null, link: 'mybr', cidr: '192.0.2.1/24' },
    ]);
    await driver.open(facts);
    await driver.close(facts);
    assert.deepEqual(await driver.found(facts), ['192.0.2.1/24', '10.77.0.1/24']);
  });

  it('leave a bridge that was there before, and nothing of one that could not be opened', async () => {
    const { stack, driver } = make();
    const named = option('com.docker.network.bridge.name', 'mybr');
    const names = async () => (await stack.state(null)).links.map(({ name }) => name);
    const before = await names();
    await stack.run([{ do: 'add-bridge', name: 'mybr' }]);
    await driver.open(named);
    await driver.close(named);
    assert.deepEqual(await names(), [...before, 'mybr']);
    await stack.run([{ do: 'delete-link', namespace: null, name: 'mybr' }]);
    await driver.open(named);
    await driver.close(named);
    stack.refuse = (step) => (step.do === 'add-address' ? 'EADDRNOTAVAIL' : undefined);
    for (const facts of [named, networkFacts()]) await assert.rejects(driver.open(facts), /EADDRNOTAVAIL/);
    assert.deepEqual(await names(), before);
  });

  it('refuse a device that is no bridge', async () => {
    const { driver, stack } = make();
    stack.plug({ name: 'eth0' });
    await assert.rejects(driver.open(option('com.docker.network.bridge.name', 'eth0')), /is not a bridge/);
  });

  it('give endpoints the sysctls of their own interface alone', async () => {
    const { driver, stack } = make();
    await driver.open(networkFacts());
    await stack.run([{ do: 'add-namespace', path: namespace }]);
    const name = 'com.docker.network.endpoint.sysctls';
    const bad = [
      'net.ipv4.ip_forward=1',
      'net.ipv4.conf.all.forwarding=1',
      'net.ipv4.conf.IFNAME/../x.a=1',
      'a',
    ];
    for (const value of bad) {
      const endpoint = endpointFacts({ options: { [name]: value } });
      await assert.rejects(
        driver.attach(endpoint, namespace),
        /unrecognised network interface sysctl/,
        value,
      );
    }
    stack.steps.length = 0;
    const good = endpointFacts({ options: { [name]: 'net.ipv6.conf.IFNAME.accept_ra=1' } });
    await driver.attach(good, namespace);
    assert.equal(await stack.sysctl(namespace, 'net/ipv6/conf/eth0/accept_ra'), '1');
  });
});
