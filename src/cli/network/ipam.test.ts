import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type IpamFlags, ipamConfig } from './ipam.ts';

const flags = (rest: Partial<IpamFlags>): IpamFlags => ({
  subnets: ['10.1.0.0/16', 'fd00:1::/64'],
  ranges: [],
  gateways: [],
  auxiliary: new Map(),
  ...rest,
});

it('puts ranges, gateways and auxiliary addresses to the subnets that hold them', () => {
  const auxiliary = new Map([
    ['printer', '10.1.0.9'],
    ['none', ''],
    ['scanner', 'fd00:1::9'],
    ['fax', '10.1.0.8'],
  ]);
  assert.deepEqual(ipamConfig(flags({ ranges: ['fd00:1::8000/113'], gateways: ['10.1.0.7'], auxiliary })), [
    {
      Subnet: '10.1.0.0/16',
      Gateway: '10.1.0.7',
      AuxiliaryAddresses: { printer: '10.1.0.9', fax: '10.1.0.8' },
    },
    { Subnet: 'fd00:1::/64', IPRange: 'fd00:1::8000/113', AuxiliaryAddresses: { scanner: 'fd00:1::9' } },
  ]);
  assert.deepEqual(ipamConfig(flags({ subnets: [] })), []);
});

it('refuses in the words of docker what fits nowhere or twice', () => {
  const cases: readonly (readonly [Partial<IpamFlags>, RegExp])[] = [
    [{ subnets: [], gateways: ['10.1.0.1'] }, /must have a corresponding subnet/],
    [{ subnets: ['10.1.0.0/16', '10.1.2.0/24'] }, /multiple overlapping subnet configuration/],
    [
      { subnets: ['nonsense', '10.1.0.0/16'] },
      /invalid subnet: invalid CIDR address: nonsense|invalid address/,
    ],
    [{ ranges: ['10.2.0.0/24'] }, /no matching subnet for range 10\.2\.0\.0\/24/],
    [{ gateways: ['10.2.0.1'] }, /no matching subnet for gateway 10\.2\.0\.1/],
    [{ auxiliary: new Map([['a', '10.2.0.1']]) }, /no matching subnet for aux-address 10\.2\.0\.1/],
    [{ auxiliary: new Map([['a', 'x']]) }, /ParseAddr\("x"\): unable to parse IP/],
    [
      { ranges: ['10.1.1.0/24', '10.1.2.0/24'] },
      /multiple ranges \(10\.1\.2\.0\/24, 10\.1\.1\.0\/24\) on the same subnet \(10\.1\.0\.0\/16\)/,
    ],
    [
      { gateways: ['10.1.0.1', '10.1.0.2'] },
      /multiple gateways \(10\.1\.0\.2, 10\.1\.0\.1\) for the same subnet \(10\.1\.0\.0\/16\)/,
    ],
  ];
  for (const [rest, words] of cases) assert.throws(() => ipamConfig(flags(rest)), words);
});
