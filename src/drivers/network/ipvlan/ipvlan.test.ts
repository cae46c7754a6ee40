import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryNetworkStack } from '../../../host/netns/memory.ts';
import { SublinkDriver } from '../sublink/driver.ts';
import { endpointFacts, networkDriverSuite, networkFacts } from '../suite.ts';
import { ipvlan } from './ipvlan.ts';

function make() {
  const stack = new MemoryNetworkStack();
  stack.plug({ name: 'lan0', mac: '52:54:00:00:00:01' });
  return {
    stack,
    driver: new SublinkDriver(ipvlan, { stack }),
    again: () => new SublinkDriver(ipvlan, { stack }),
  };
}

networkDriverSuite('ipvlan, in memory', async () => ({
  ...make(),
  options: { parent: 'lan0' },
  folder: '/run/netns',
  onHost: false,
  clean: async () => {},
}));

const on = (options: Record<string, string>) => networkFacts({ options: { parent: 'lan0', ...options } });

describe('ipvlan networks', () => {
  it('refuse what makes no sense, in the words of Docker', () => {
    const { driver } = make();
    assert.throws(
      () => driver.check(on({ ipvlan_mode: 'l4' }), []),
      /requested ipvlan mode 'l4' is not valid, 'l2' mode is the ipvlan driver default/,
    );
    assert.throws(
      () => driver.check(on({ ipvlan_flag: 'x' }), []),
      /requested ipvlan flag 'x' is not valid, 'bridge' is the ipvlan driver default/,
    );
    const other = { ...on({}), id: 'b'.repeat(64) };
    assert.throws(
      () => driver.check(on({}), [other]),
      /network di-b{12} is already using parent interface lan0/,
    );
  });

  it('route everything to the link in the layer 3 modes, and to a next hop in layer 2', async () => {
    for (const mode of ['l2', 'l3', 'l3s']) {
      const { driver, stack } = make();
      const network = on({ ipvlan_mode: mode, ipvlan_flag: 'private' });
      assert.deepEqual(driver.gateways(network), { ipv4: mode === 'l2', ipv6: mode === 'l2' });
      await stack.run([{ do: 'add-namespace', path: '/run/netns/x' }]);
      await driver.open(network);
      const route = mode === 'l2' ? '10.77.0.1' : null;
      await driver.attach(endpointFacts({ defaultRoute4: route }), '/run/netns/x');
      assert.deepEqual((await stack.state('/run/netns/x')).routes, [
        { link: 'eth0', to: '0.0.0.0/0', via: route },
      ]);
    }
  });

  it('say at create that the kernel lacks them', async () => {
    const { driver, stack } = make();
    stack.missing.add('ipvlan');
    await assert.rejects(driver.open(on({})), /this kernel has no ipvlan interfaces \(CONFIG_IPVLAN\)/);
    const { warnings } = await driver.restore([on({})], { running: [], gone: [] });
    assert.match(warnings.join(), /network one: this kernel has no ipvlan/);
  });
});
