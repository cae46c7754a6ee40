import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PortRequest } from './contract.ts';
import type { Entrance } from './publish.ts';
import { rebind } from './rebind.ts';
import type { BindingRecord, EndpointRecord } from './records.ts';

const endpoint: EndpointRecord = {
  id: 'e',
  network: 'n',
  link: 'eth0',
  mac: '',
  ipv4: '10.0.0.2',
  ipv6: 'fd00::2',
  linkLocal: [],
  wish: { ipv4: null, ipv6: null },
  aliases: [],
  links: [],
  driverOpts: {},
  gwPriority: 0,
  pending: false,
};
const way = (rest: Partial<Entrance['publishing']> = {}): Entrance => ({
  endpoint,
  publishing: { ipv4: 'nat', ipv6: 'nat', hostIp: null, shown: true, ...rest },
});
const request: PortRequest = { proto: 'tcp', containerPort: 80, hostIp: '', hostPort: 0, hostPortEnd: 0 };
const at = (hostIp: string, hostPort = 32768): BindingRecord => ({
  proto: 'tcp',
  containerPort: 80,
  hostIp,
  hostPort,
});
const options = { userlandProxy: true, hostIPv6: true, policy: 'default' } as const;
const [four, six] = [at('0.0.0.0'), at('::')];

describe('published ports whose ways in change', () => {
  const bound = (bindings: BindingRecord[], ways: Parameters<typeof rebind>[1], wish = request) =>
    rebind({ requested: [wish], bindings }, ways, options);

  it('stay as they are while both lead in', () => {
    const [rebound] = bound([four, six], { ipv4: way(), ipv6: way() });
    assert.deepEqual(rebound, { kept: [four, six], open: [] });
  });

  it('are opened with the same number at an address that leads in now', () => {
    const [rebound] = bound([six], { ipv4: way(), ipv6: way() });
    const number = { hostPort: 32768, hostPortEnd: 32768 };
    assert.deepEqual(rebound, { kept: [six], open: [{ ...request, ...number, hostIp: '0.0.0.0' }] });
  });

  it('go where nothing leads in; the proxy leads from IPv6 to IPv4, not back', () => {
    assert.deepEqual(bound([four, six], { ipv4: null, ipv6: way() }), [{ kept: [six], open: [] }]);
    assert.deepEqual(bound([four, six], { ipv4: way(), ipv6: null }), [{ kept: [four, six], open: [] }]);
    assert.deepEqual(bound([four, six], { ipv4: null, ipv6: null }), [{ kept: [], open: [] }]);
  });

  it('are asked for as at the start where none is left of them', () => {
    assert.deepEqual(bound([], { ipv4: way(), ipv6: way() }), [{ kept: [], open: [request] }]);
    const named = way({ hostIp: '192.0.2.1' });
    assert.deepEqual(bound([four, six], { ipv4: named, ipv6: named }), [{ kept: [], open: [request] }]);
  });

  it('have no number of the host where the network is routed', () => {
    const routed = way({ ipv4: 'routed' });
    const [rebound] = bound([four, six], { ipv4: routed, ipv6: way() });
    assert.deepEqual(rebound?.kept, [six]);
    assert.deepEqual(
      rebound?.open.map(({ hostIp }) => hostIp),
      ['0.0.0.0'],
    );
  });
});
