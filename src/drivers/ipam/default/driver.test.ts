import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipamSuite } from '../suite.ts';
import { DefaultIpam } from './driver.ts';

ipamSuite('default', () => new DefaultIpam({ defaultPools: [], hostId: 'test' }));

test('pools of the settings come first', async () => {
  const ipam = new DefaultIpam({ defaultPools: [{ base: '10.80.0.0/23', size: 24 }], hostId: 'test' });
  const request = { version: 4, subnet: null, range: null, avoid: [] } as const;
  assert.equal(await ipam.requestPool(request), '10.80.0.0/24');
  assert.equal(await ipam.requestPool(request), '10.80.1.0/24');
  await assert.rejects(ipam.requestPool(request), /fully subnetted/);
  assert.match(await ipam.requestPool({ ...request, version: 6 }), /^fd/);
});

test('a pool of the settings that makes no sense is refused', () => {
  for (const pool of [
    { base: '10.0.0.0', size: 24 },
    { base: '10.0.0.0/24', size: 16 },
    { base: '10.0.0.0/24', size: 33 },
  ]) {
    assert.throws(() => new DefaultIpam({ defaultPools: [pool], hostId: 'x' }), /default address pool/);
  }
});
