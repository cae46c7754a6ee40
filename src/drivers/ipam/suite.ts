/** What every IPAM driver must pass. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import type { IpamDriver, PoolRequest } from './contract.ts';

const pool = (subnet: string | null, rest: Partial<PoolRequest> = {}): PoolRequest => ({
  version: 4,
  subnet,
  range: null,
  avoid: [],
  ...rest,
});

const refused = (kind: Parameters<typeof isKind>[1], text: RegExp) => (error: unknown) =>
  isKind(error, kind) && text.test(error.message);

export function ipamSuite(name: string, make: () => IpamDriver): void {
  describe(`ipam driver ${name}`, () => {
    it('gives the lowest free address, again once it came back', async () => {
      const ipam = make();
      const subnet = await ipam.requestPool(pool('10.1.0.0/24'));
      assert.equal(await ipam.requestAddress(subnet, '10.1.0.1'), '10.1.0.1');
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.2');
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.3');
      await ipam.releaseAddress(subnet, '10.1.0.2');
      await ipam.releaseAddress(subnet, '10.1.0.2');
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.2');
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.4');
    });

    it('hands out every host address once, and neither end', async () => {
      const ipam = make();
      const subnet = await ipam.requestPool(pool('10.1.0.0/26'));
      const all = await Promise.all(Array.from({ length: 62 }, () => ipam.requestAddress(subnet, null)));
      assert.equal(new Set(all).size, 62);
      assert.ok(!all.includes('10.1.0.0') && !all.includes('10.1.0.63'));
      await assert.rejects(ipam.requestAddress(subnet, null), refused('not-found', /no available/));
      await ipam.releaseAddress(subnet, '10.1.0.0');
      await assert.rejects(ipam.requestAddress(subnet, null), refused('not-found', /no available/));
    });

    it('counts what is taken and what is left of the range', async () => {
      const ipam = make();
      const subnet = await ipam.requestPool(pool('10.1.0.0/24', { range: '10.1.0.128/25' }));
      assert.deepEqual(await ipam.usage(subnet), { inUse: 2n, available: 127n });
      await ipam.requestAddress(subnet, '10.1.0.1');
      await ipam.requestAddress(subnet, null);
      assert.deepEqual(await ipam.usage(subnet), { inUse: 4n, available: 126n });
      await ipam.releaseAddress(subnet, '10.1.0.128');
      await ipam.releaseAddress(subnet, '10.1.0.1');
      assert.deepEqual(await ipam.usage(subnet), { inUse: 2n, available: 127n });
      const wide = await ipam.requestPool(pool('fd00:9::/64', { version: 6 }));
      assert.deepEqual(await ipam.usage(wide), { inUse: 1n, available: 2n ** 64n - 1n });
      await assert.rejects(ipam.usage('10.9.0.0/24'), refused('not-found', /no address pool/));
    });

    it('keeps to the range unless a wish lies outside', async () => {
      const ipam = make();
      const subnet = await ipam.requestPool(pool('10.1.0.0/24', { range: '10.1.0.128/25' }));
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.128');
      assert.equal(await ipam.requestAddress(subnet, '10.1.0.9'), '10.1.0.9');
      await assert.rejects(ipam.requestAddress(subnet, '10.1.0.9'), refused('forbidden', /already in use/));
      await assert.rejects(ipam.requestAddress(subnet, '10.2.0.9'), refused('invalid', /does not belong/));
      await assert.rejects(
        ipam.requestPool(pool('10.9.0.0/24', { range: '10.8.0.0/25' })),
        refused('invalid', /ip-range/),
      );
    });

    it('refuses pools that overlap', async () => {
      const ipam = make();
      await ipam.requestPool(pool('10.1.0.0/24'));
      for (const subnet of ['10.1.0.0/24', '10.0.0.0/8', '10.1.0.128/25']) {
        await assert.rejects(ipam.requestPool(pool(subnet)), refused('forbidden', /Pool overlaps/), subnet);
      }
      await ipam.releasePool('10.1.0.0/24');
      await ipam.releasePool('10.1.0.0/24');
      await ipam.requestPool(pool('10.0.0.0/8'));
    });

    it('picks default pools that nobody uses', async () => {
      const ipam = make();
      const avoid = ['172.18.0.0/24', '172.20.0.0/15'];
      const seen: string[] = [];
      for (let count = 0; count < 6; count += 1) seen.push(await ipam.requestPool(pool(null, { avoid })));
      assert.deepEqual(seen, [
        '172.17.0.0/16',
        '172.19.0.0/16',
        '172.22.0.0/16',
        '172.23.0.0/16',
        '172.24.0.0/16',
        '172.25.0.0/16',
      ]);
    });

    it('says so when the default pools are used up', async () => {
      const ipam = make();
      const seen = new Set<string>();
      for (let count = 0; count < 31; count += 1) seen.add(await ipam.requestPool(pool(null)));
      assert.ok(seen.has('172.31.0.0/16') && seen.has('192.168.0.0/20') && seen.has('192.168.240.0/20'));
      await assert.rejects(ipam.requestPool(pool(null)), refused('invalid', /fully subnetted/));
    });

    it('knows IPv6', async () => {
      const ipam = make();
      const first = await ipam.requestPool(pool(null, { version: 6 }));
      const second = await ipam.requestPool(pool(null, { version: 6 }));
      assert.match(first, /^fd[0-9a-f:]+::\/64$/);
      assert.notEqual(first, second);
      const subnet = await ipam.requestPool(pool('2001:db8::/64', { version: 6 }));
      assert.equal(await ipam.requestAddress(subnet, null), '2001:db8::1');
      assert.equal(
        await ipam.requestAddress(subnet, '2001:db8::ffff:ffff:ffff:ffff'),
        '2001:db8::ffff:ffff:ffff:ffff',
      );
    });

    it('knows point-to-point subnets', async () => {
      const ipam = make();
      const subnet = await ipam.requestPool(pool('10.1.0.0/31'));
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.0');
      assert.equal(await ipam.requestAddress(subnet, null), '10.1.0.1');
      await assert.rejects(ipam.requestAddress(subnet, null), refused('not-found', /no available/));
    });
  });
}
