/** What every network stack must pass. The real one needs root and a network namespace that may be changed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { NetworkStack, NetworkState, Step } from './contract.ts';

const isCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code;

export function networkStackSuite(
  name: string,
  make: () => Promise<{ stack: NetworkStack; folder: string; clean: () => Promise<void> }>,
): void {
  describe(`network stack ${name}`, () => {
    let stack: NetworkStack;
    let folder: string;
    let clean: () => Promise<void>;
    const bridge = 'mtst0';
    const port = 'mtstv0';
    const at = (file: string): string => `${folder}/${file}`;
    const veth = (namespace: string, ipv6 = true): Step => ({
      do: 'add-veth',
      name: port,
      mtu: 1400,
      peer: { namespace, name: 'eth0', mac: '02:42:0a:07:00:02', ipv6 },
    });
    const link = (state: NetworkState, wanted: string) => state.links.find((each) => each.name === wanted);

    before(async () => {
      ({ stack, folder, clean } = await make());
      await stack.run([{ do: 'add-bridge', name: bridge, mtu: 1450, alias: 'of a test' }]);
    });
    after(async () => {
      await stack.run([{ do: 'delete-link', namespace: null, name: bridge }]);
      await clean();
    });

    it('makes a bridge once', async () => {
      await assert.rejects(stack.run([{ do: 'add-bridge', name: bridge }]), isCode('EEXIST'));
      await stack.run([
        { do: 'set-link', namespace: null, name: bridge, up: true },
        { do: 'add-address', namespace: null, link: bridge, cidr: '10.7.0.1/24' },
        { do: 'add-address', namespace: null, link: bridge, cidr: '10.7.0.1/24' },
      ]);
      const state = await stack.state(null);
      const found = link(state, bridge);
      assert.equal(found?.alias, 'of a test');
      assert.equal(found?.kind, 'bridge');
      assert.equal(found?.mtu, 1450);
      assert.equal(found?.up, true);
      assert.deepEqual(found?.addresses, ['10.7.0.1/24']);
      await stack.run([
        { do: 'delete-address', namespace: null, link: bridge, cidr: '10.7.0.1/24' },
        { do: 'delete-address', namespace: null, link: bridge, cidr: '10.7.0.1/24' },
      ]);
      assert.deepEqual(link(await stack.state(null), bridge)?.addresses, []);
    });

    it('makes namespaces with loopback up, and removes them twice', async () => {
      await stack.run([{ do: 'add-namespace', path: at('a') }]);
      await assert.rejects(stack.run([{ do: 'add-namespace', path: at('a') }]), isCode('EEXIST'));
      const state = await stack.state(at('a'));
      assert.deepEqual(
        state.links.map(({ name: each, up }) => [each, up]),
        [['lo', true]],
      );
      assert.deepEqual(await stack.namespaces(folder), [at('a')]);
      await stack.run([{ do: 'remove-namespace', path: at('a') }]);
      await stack.run([{ do: 'remove-namespace', path: at('a') }]);
      assert.deepEqual(await stack.namespaces(folder), []);
      await assert.rejects(stack.state(at('a')), isCode('ENOENT'));
    });

    it('makes a pair whose inner end has IPv6 or not; others of its namespace are as before', async () => {
      const namespace = at('six');
      const off = (name: string) => stack.sysctl(namespace, `net/ipv6/conf/${name}/disable_ipv6`);
      await stack.run([{ do: 'add-namespace', path: namespace }]);
      const before = await off('default');
      for (const ipv6 of [true, false]) {
        await stack.run([veth(namespace, ipv6)]);
        assert.equal(await off('eth0'), ipv6 ? '0' : '1');
        assert.equal(await off('default'), before);
        await stack.run([{ do: 'delete-link', namespace: null, name: port }]);
      }
      await stack.run([{ do: 'remove-namespace', path: namespace }]);
    });

    it('joins a namespace to a bridge', async () => {
      const namespace = at('b');
      await stack.run([
        { do: 'add-namespace', path: namespace },
        veth(namespace),
        { do: 'attach-port', name: port, bridge, hairpin: true },
        { do: 'set-link', namespace, name: 'eth0', mac: '02:42:0a:07:00:03' },
        { do: 'sysctl', namespace, key: 'net/ipv6/conf/eth0/disable_ipv6', value: '1', optional: true },
        { do: 'add-address', namespace, link: 'eth0', cidr: '10.7.0.2/24' },
        { do: 'set-link', namespace, name: 'eth0', up: true },
        { do: 'add-route', namespace, link: 'eth0', to: '0.0.0.0/0', via: '10.7.0.1' },
        { do: 'settle-link', name: port },
        { do: 'settle-link', name: bridge },
      ]);
      const inside = await stack.state(namespace);
      const eth0 = link(inside, 'eth0');
      assert.equal(eth0?.mac, '02:42:0a:07:00:03');
      assert.equal(eth0?.mtu, 1400);
      assert.deepEqual(eth0?.addresses, ['10.7.0.2/24']);
      assert.ok(inside.routes.some(({ to, via }) => to === '0.0.0.0/0' && via === '10.7.0.1'));
      assert.equal(await stack.sysctl(namespace, 'net/ipv6/conf/eth0/disable_ipv6'), '1');
      const outer = link(await stack.state(null), port);
      assert.equal(outer?.master, bridge);
      assert.equal(outer?.up, true);
      await stack.run([
        { do: 'delete-route', namespace, link: 'eth0', to: '0.0.0.0/0', via: '10.7.0.1' },
        { do: 'delete-route', namespace, link: 'eth0', to: '0.0.0.0/0', via: '10.7.0.1' },
      ]);
      assert.ok(!(await stack.state(namespace)).routes.some(({ to }) => to === '0.0.0.0/0'));
      await stack.run([{ do: 'detach-port', name: port }]);
      assert.equal(link(await stack.state(null), port)?.master, null);
      await stack.run([{ do: 'delete-link', namespace: null, name: port }]);
      assert.equal(link(await stack.state(namespace), 'eth0'), undefined);
      await stack.run([{ do: 'remove-namespace', path: namespace }]);
    });

    it('goes easy on what is not there, where the plan allows it', async () => {
      await stack.run([
        { do: 'detach-port', name: 'mtstno' },
        { do: 'delete-link', namespace: null, name: 'mtstno' },
        { do: 'delete-address', namespace: null, link: 'mtstno', cidr: '10.7.0.1/24' },
        { do: 'sysctl', namespace: null, key: 'net/ipv6/conf/mtstno/accept_ra', value: '0', optional: true },
      ]);
      await assert.rejects(
        stack.run([{ do: 'sysctl', namespace: null, key: 'net/mtstno', value: '0', optional: false }]),
        isCode('ENOENT'),
      );
      await assert.rejects(
        stack.run([{ do: 'set-link', namespace: null, name: 'mtstno', up: true }]),
        isCode('ENODEV'),
      );
      await assert.rejects(stack.run([veth(at('nowhere'))]), isCode('ENOENT'));
      await assert.rejects(stack.run([{ do: 'settle-link', name: 'mtstno' }]), isCode('ENODEV'));
      assert.equal(await stack.sysctl(null, 'net/mtstno'), null);
    });

    it('counts changes of the packet filter, or says that nobody does', async () => {
      const count = await stack.filterGeneration();
      assert.ok(count === null || Number.isInteger(count));
      assert.equal(await stack.filterGeneration(), count);
    });

    it('comes back from a failure inside a namespace', async () => {
      const namespace = at('c');
      await stack.run([{ do: 'add-namespace', path: namespace }]);
      await assert.rejects(
        stack.run([{ do: 'set-link', namespace, name: bridge, up: true }]),
        isCode('ENODEV'),
      );
      assert.ok(link(await stack.state(null), bridge));
      await stack.run([{ do: 'remove-namespace', path: namespace }]);
    });
  });
}
