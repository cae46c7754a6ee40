import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DefaultBridgeSettings, defaultBridge } from './default-bridge.ts';

const plain: DefaultBridgeSettings = {
  bridge: 'docker0',
  bip: '',
  fixedCidr: '',
  defaultGateway: '',
  ipv6: null,
  mtu: 1500,
  icc: true,
  ipMasq: true,
  hostIp: '0.0.0.0',
};
const none = { bip: '', fixedCidr: '', defaultGateway: '' };
const start = { id: 'a'.repeat(64), created: '2026-11-26T00:00:00Z' };
const rows = (settings: Partial<DefaultBridgeSettings>, found: readonly string[] = []) =>
  defaultBridge({ ...plain, ...settings }, found, start).ipam.config;

describe('the default network', () => {
  it('leaves to the pools what nobody asked for', () => {
    assert.deepEqual(rows({}), []);
    assert.deepEqual(rows({ ipv6: none }), []);
    assert.equal(defaultBridge({ ...plain, ipv6: none }, [], start).enableIPv6, true);
  });

  it('takes addresses that the device has, of the versions in use', () => {
    const found = ['10.1.0.1/24', 'fd00:1::1/64'];
    const v4 = { subnet: '10.1.0.0/24', range: null, gateway: '10.1.0.1', auxiliary: {} };
    const v6 = { subnet: 'fd00:1::/64', range: null, gateway: 'fd00:1::1', auxiliary: {} };
    assert.deepEqual(rows({}, found), [v4]);
    assert.deepEqual(rows({ ipv6: none }, found), [v4, v6]);
  });

  it('makes the fixed range the subnet where no address of the host goes with it', () => {
    assert.deepEqual(rows({ ipv6: { ...none, fixedCidr: 'fd00:9::/80' } }, ['fd00:1::1/64']), [
      { subnet: 'fd00:9::/80', range: 'fd00:9::/80', gateway: null, auxiliary: {} },
    ]);
    // Of several addresses, the one whose subnet holds the range.
    assert.deepEqual(rows({ fixedCidr: '10.2.0.128/25' }, ['10.1.0.1/24', '10.2.0.1/24']), [
      { subnet: '10.2.0.0/24', range: '10.2.0.128/25', gateway: '10.2.0.1', auxiliary: {} },
    ]);
  });

  it('refuses what makes no sense, by the flag', () => {
    const refused: [Partial<DefaultBridgeSettings>, RegExp][] = [
      [{ bip: 'nonsense' }, /^invalid --bip: nonsense is no IPv4 range$/],
      [{ bip: 'fd00::1/64' }, /^invalid --bip: fd00::1\/64 is no IPv4 range$/],
      [{ bip: '10.1.0.0/24' }, /^invalid --bip: 10\.1\.0\.0\/24 is no address of a host$/],
      [{ ipv6: { ...none, bip: '10.1.0.1/24' } }, /^invalid --bip6: 10\.1\.0\.1\/24 is no IPv6 range$/],
      [
        { ipv6: { ...none, bip: 'fd00::1/64', fixedCidr: 'fd01::/80' } },
        /^invalid --fixed-cidr-v6: fd01::\/80 is outside of fd00::\/64$/,
      ],
      [{ ipv6: { ...none, defaultGateway: 'fd00::9' } }, /^--default-gateway-v6 needs --bip6$/],
      [
        { ipv6: { ...none, bip: 'fd00::1/64', defaultGateway: 'fd01::9' } },
        /^invalid --default-gateway-v6: fd01::9 is outside of fd00::\/64$/,
      ],
    ];
    for (const [settings, message] of refused) assert.throws(() => rows(settings), { message });
  });
});
