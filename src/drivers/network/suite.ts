/** What every driver that attaches endpoints must pass, in memory and on the kernel. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { NetworkStack } from '../../host/netns/contract.ts';
import type { EndpointFacts, NetworkDriver, NetworkFacts } from './contract.ts';

export interface World {
  readonly driver: NetworkDriver;
  /** A driver of the same kind that knows nothing yet, as after a restart. */
  readonly again: () => NetworkDriver;
  readonly stack: NetworkStack;
  readonly folder: string;
  /** Options that the driver's networks need. */
  readonly options?: NetworkFacts['options'];
  /** The host has a port for each endpoint, and an address in each network. */
  readonly onHost: boolean;
  readonly clean: () => Promise<void>;
}

export const networkFacts = (rest: Partial<NetworkFacts> = {}): NetworkFacts => ({
  id: 'a1'.repeat(32),
  name: 'one',
  internal: false,
  subnets: [{ version: 4, subnet: '10.77.0.0/24', gateway: '10.77.0.1' }],
  options: {},
  ...rest,
});

export const endpointFacts = (rest: Partial<EndpointFacts> = {}): EndpointFacts => ({
  id: 'e1'.repeat(32),
  network: 'a1'.repeat(32),
  link: 'eth0',
  mac: '02:42:0a:4d:00:02',
  ipv4: '10.77.0.2',
  ipv6: null,
  linkLocal: [],
  defaultRoute4: '10.77.0.1',
  defaultRoute6: null,
  ports: [],
  links: [],
  options: {},
  ...rest,
});

export function networkDriverSuite(name: string, make: () => Promise<World>): void {
  describe(`network driver ${name}`, () => {
    let world: World;
    let network: NetworkFacts;
    let dual: NetworkFacts;
    const dualFacts = networkFacts({
      id: 'b2'.repeat(32),
      name: 'two',
      subnets: [
        { version: 4, subnet: '10.78.0.0/24', gateway: '10.78.0.1' },
        { version: 6, subnet: 'fd00:78::/64', gateway: 'fd00:78::1' },
      ],
    });
    const namespace = (): string => `${world.folder}/n1`;
    const inside = async () =>
      (await world.stack.state(namespace())).links.filter((link) => link.name !== 'lo');
    const hostLinks = async () => (await world.stack.state(null)).links.map((link) => link.name).toSorted();
    let untouched: string[];

    before(async () => {
      world = await make();
      const { options = {} } = world;
      network = networkFacts({ options });
      dual = { ...dualFacts, options };
      untouched = await hostLinks();
      await world.stack.run([{ do: 'add-namespace', path: namespace() }]);
    });
    after(async () => {
      await world.stack.run([{ do: 'remove-namespace', path: namespace() }]);
      await world.clean();
    });

    it('opens a network, twice', async () => {
      world.driver.check(network, []);
      await world.driver.open(network);
      await world.driver.open(network);
      await world.driver.open(dual);
      const found = [await world.driver.found(network), await world.driver.found(dual)];
      assert.deepEqual(
        found,
        world.onHost ? [['10.77.0.1/24'], ['10.78.0.1/24', 'fd00:78::1/64']] : [[], []],
      );
      assert.deepEqual(world.driver.gateways(network), { ipv4: true, ipv6: true });
    });

    it('attaches an endpoint with its address and default route', async () => {
      await world.driver.attach(endpointFacts(), namespace());
      const state = await world.stack.state(namespace());
      const link = state.links.find((each) => each.name === 'eth0');
      if (world.driver.ownMac) assert.equal(link?.mac, '02:42:0a:4d:00:02');
      assert.equal(link?.up, true);
      assert.deepEqual(link?.addresses, ['10.77.0.2/24']);
      assert.equal(state.routes.find(({ to }) => to === '0.0.0.0/0')?.via, '10.77.0.1');
      assert.equal(await world.stack.sysctl(namespace(), 'net/ipv6/conf/eth0/disable_ipv6'), '1');
    });

    it('attaches a second one and moves the default route there', async () => {
      const second = endpointFacts({
        id: 'e2'.repeat(32),
        network: dualFacts.id,
        link: 'eth1',
        mac: '02:42:0a:4e:00:02',
        ipv4: '10.78.0.2',
        ipv6: 'fd00:78::2',
        linkLocal: ['169.254.7.7'],
        defaultRoute4: null,
        defaultRoute6: 'fd00:78::1',
      });
      await world.driver.attach(second, namespace());
      const link = (await inside()).find((each) => each.name === 'eth1');
      assert.deepEqual(link?.addresses.toSorted(), ['10.78.0.2/24', '169.254.7.7/16', 'fd00:78::2/64']);
      await world.driver.update(endpointFacts({ defaultRoute4: null }), namespace());
      await world.driver.update({ ...second, defaultRoute4: '10.78.0.1' }, namespace());
      const { routes } = await world.stack.state(namespace());
      assert.deepEqual(
        routes.filter(({ to }) => to === '0.0.0.0/0').map(({ via }) => via),
        ['10.78.0.1'],
      );
      assert.ok(routes.some(({ to, via }) => to === '::/0' && via === 'fd00:78::1'));
    });

    it('uses what was prepared, also where something else is needed', async () => {
      const rows = [
        { link: 'eth0', network: network.id, ipv4: '10.77.0.9', ipv6: null, addresses: ['10.77.0.9/24'] },
        { link: 'web0', network: network.id, ipv4: '10.77.0.9', ipv6: null, addresses: ['10.77.0.9/24'] },
        {
          link: 'eth0',
          network: dualFacts.id,
          ipv4: '10.78.0.9',
          ipv6: 'fd00:78::9',
          addresses: ['10.78.0.9/24', 'fd00:78::9/64'],
        },
      ];
      for (const [index, { addresses, ...rest }] of rows.entries()) {
        const path = `${world.folder}/p${index}`;
        const id = `f${index}`.repeat(32);
        if (world.driver.prepare === undefined) await world.stack.run([{ do: 'add-namespace', path }]);
        else await world.driver.prepare(id, path);
        await world.driver.attach(
          endpointFacts({ id, ...rest, mac: '02:42:00:00:00:99', defaultRoute4: null }),
          path,
        );
        const found = (await world.stack.state(path)).links.filter((link) => link.name !== 'lo');
        assert.deepEqual(
          found.map((link) => [link.name, link.up, link.addresses.toSorted()]),
          [[rest.link, true, addresses]],
        );
        if (world.driver.ownMac) assert.equal(found[0]?.mac, '02:42:00:00:00:99');
        const disabled = await world.stack.sysctl(path, `net/ipv6/conf/${rest.link}/disable_ipv6`);
        assert.equal(disabled, rest.ipv6 === null ? '1' : '0');
        await world.driver.detach(id, { namespace: path, keep: true });
        await world.stack.run([{ do: 'remove-namespace', path }]);
      }
    });

    it('takes an interface out of a container that goes on, twice', async () => {
      for (let time = 0; time < 2; time += 1) {
        await world.driver.detach('e2'.repeat(32), { namespace: namespace(), keep: true });
      }
      assert.deepEqual(
        (await inside()).map((link) => link.name),
        ['eth0'],
      );
    });

    it('leaves nothing of an attach that fails', async () => {
      const before = await hostLinks();
      const broken = endpointFacts({
        id: 'e3'.repeat(32),
        link: 'eth1',
        ipv4: '10.77.0.3',
        defaultRoute4: 'nonsense',
      });
      await assert.rejects(world.driver.attach(broken, namespace()));
      await assert.rejects(
        world.driver.attach(endpointFacts({ id: 'e4'.repeat(32) }), `${world.folder}/nowhere`),
      );
      assert.deepEqual(await hostLinks(), before);
      assert.equal((await inside()).length, 1);
    });

    it('mends what is broken at the next start, and takes away what belongs to nobody', async () => {
      const stray = endpointFacts({
        id: 'e5'.repeat(32),
        mac: '02:42:0a:4d:00:05',
        link: 'eth1',
        ipv4: '10.77.0.5',
        defaultRoute4: null,
      });
      await world.driver.attach(stray, namespace());
      const kept = await hostLinks();
      const driver = world.again();
      const { warnings } = await driver.restore([network, dual], {
        running: [endpointFacts()],
        gone: [
          { facts: stray, namespace: namespace() },
          { facts: { ...stray, id: 'e6'.repeat(32) }, namespace: `${world.folder}/nowhere` },
          { facts: { ...stray, id: 'e7'.repeat(32) }, namespace: null },
        ],
      });
      assert.deepEqual(warnings, []);
      assert.equal((await hostLinks()).length, kept.length - (world.onHost ? 1 : 0));
      assert.deepEqual(
        (await inside()).map((link) => link.name),
        ['eth0'],
      );
      await driver.detach(endpointFacts().id, { namespace: namespace(), keep: false });
      await driver.detach(endpointFacts().id, { namespace: namespace(), keep: false });
      await world.stack.run([{ do: 'delete-link', namespace: namespace(), name: 'eth0' }]);
      await driver.close(dual);
      await driver.close(network);
      await driver.close(network);
      await driver.shutdown();
      assert.deepEqual(await hostLinks(), untouched);
    });
  });
}
