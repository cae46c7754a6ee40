import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryNetworkStack } from '../../../host/netns/memory.ts';
import { SublinkDriver } from '../sublink/driver.ts';
import { endpointFacts, networkDriverSuite, networkFacts } from '../suite.ts';
import { macvlan } from './macvlan.ts';

const id = (letter: string): string => letter.repeat(64);

function make() {
  const stack = new MemoryNetworkStack();
  stack.plug({ name: 'lan0', mac: '52:54:00:00:00:01' });
  return {
    stack,
    driver: new SublinkDriver(macvlan, { stack }),
    again: () => new SublinkDriver(macvlan, { stack }),
  };
}

networkDriverSuite('macvlan, in memory', async () => ({
  ...make(),
  options: { parent: 'lan0' },
  folder: '/run/netns',
  onHost: false,
  clean: async () => {},
}));

const on = (parent: string, rest: { id?: string; mode?: string } = {}) =>
  networkFacts({
    id: rest.id ?? id('a'),
    options: { parent, ...(rest.mode === undefined ? {} : { macvlan_mode: rest.mode }) },
  });

describe('macvlan networks', () => {
  it('refuse what makes no sense, in the words of Docker', () => {
    const { driver } = make();
    assert.throws(
      () => driver.check(on('lan0', { mode: 'silly' }), []),
      /requested macvlan mode 'silly' is not valid, 'bridge' mode is the macvlan driver default/,
    );
    assert.throws(() => driver.check(on('lo'), []), /loopback interface is not a valid macvlan parent link/);
    const through = on('lan0', { id: id('b'), mode: 'passthru' });
    assert.throws(
      () => driver.check(through, [on('lan0')]),
      /cannot use mode passthru, macvlan network a{64}/,
    );
    assert.throws(() => driver.check(on('lan0'), [through]), /in mode passthru$/);
    driver.check(on('lan0'), [on('lan0', { id: id('b'), mode: 'vepa' }), on('lan1', { mode: 'passthru' })]);
  });

  it('take what the kernel calls each mode', async () => {
    for (const mode of ['bridge', 'private', 'vepa', 'passthru']) {
      const { driver, stack } = make();
      const network = on('lan0', { mode });
      await stack.run([{ do: 'add-namespace', path: '/run/netns/x' }]);
      await driver.open(network);
      await driver.attach(endpointFacts({ network: network.id }), '/run/netns/x');
      const step = stack.steps.find((each) => each.do === 'add-macvlan');
      assert.equal(step?.mode, mode);
      assert.equal(step?.parent, 'lan0');
    }
  });

  it('make a VLAN of the parent where it is missing, and take it away with the last network', async () => {
    const { driver, again, stack } = make();
    const [first, second] = [on('lan0.10'), on('lan0.10', { id: id('b') })];
    const names = async () => (await stack.state(null)).links.map(({ name }) => name);
    await driver.open(first);
    await driver.open(second);
    assert.deepEqual(
      stack.steps.filter(({ do: what }) => what === 'add-vlan').map((step) => 'id' in step && step.id),
      [10],
    );
    // Somebody took it away while no daemon was there.
    await stack.run([{ do: 'delete-link', namespace: null, name: 'lan0.10' }]);
    const later = again();
    assert.deepEqual(await later.restore([first, second], { running: [], gone: [] }), { warnings: [] });
    await later.close(first);
    assert.ok((await names()).includes('lan0.10'));
    await later.close(second);
    assert.ok(!(await names()).includes('lan0.10'));
  });

  it('leave a VLAN alone that somebody else made', async () => {
    const { driver, stack } = make();
    stack.plug({ name: 'lan0.20', kind: 'vlan' });
    await driver.open(on('lan0.20'));
    await driver.close(on('lan0.20'));
    assert.ok((await stack.state(null)).links.some(({ name }) => name === 'lan0.20'));
  });

  it('say what is wrong with a parent', async () => {
    const { driver, stack } = make();
    const refused = {
      eth9: /invalid subinterface vlan name eth9, example formatting is eth0\.10/,
      'a.b.c': /required interface name format is: name\.vlan_id/,
      'lan0.x': /unable to parse a valid vlan id from: x/,
      'lan0.4095': /vlan id must be between 1-4094, received: 4095/,
      'lan0.0': /received: 0/,
      'eth9.5': /-o parent interface was not found on the host: eth9/,
      '../../x.1': /invalid subinterface vlan name/,
    };
    for (const [parent, text] of Object.entries(refused)) {
      await assert.rejects(driver.open(on(parent)), text, parent);
    }
    stack.missing.add('vlan').add('dummy');
    await assert.rejects(
      driver.open(on('lan0.10')),
      /failed to create lan0\.10 vlan link: .*CONFIG_VLAN_8021Q/,
    );
    await assert.rejects(driver.open(networkFacts()), /no parent interface was given.*CONFIG_DUMMY/);
    stack.missing.add('macvlan');
    await assert.rejects(driver.open(on('lan0')), /this kernel has no macvlan interfaces \(CONFIG_MACVLAN\)/);
  });

  it('stand on a link that leads nowhere where no parent is named', async () => {
    const { driver, stack } = make();
    const network = networkFacts();
    assert.deepEqual(driver.gateways(network), { ipv4: false, ipv6: false });
    assert.deepEqual(driver.gateways(on('lan0')), { ipv4: true, ipv6: true });
    await driver.open(network);
    assert.ok((await stack.state(null)).links.some(({ name }) => name === 'dm-a1a1a1a1a1a1'));
    await driver.close(network);
    assert.ok(!(await stack.state(null)).links.some(({ name }) => name.startsWith('dm-')));
  });
});
