import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBytes, addressFromBytes, formatAddress, parseAddress } from './address.ts';
import { contains, covers, firstOf, formatCidr, lastOf, networkOf, overlaps, parseCidr } from './cidr.ts';

function cidr(text: string) {
  const parsed = parseCidr(text);
  assert.ok(parsed, text);
  return parsed;
}

test('addresses come back as they are written canonically', () => {
  const rows = {
    '0.0.0.0': '0.0.0.0',
    '172.17.255.1': '172.17.255.1',
    '::': '::',
    '::1': '::1',
    'FE80:0:0:0:0:0:0:1': 'fe80::1',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '::ffff:1.2.3.4': '::ffff:102:304',
  };
  for (const [text, canonical] of Object.entries(rows)) {
    const address = parseAddress(text);
    assert.ok(address, text);
    assert.equal(formatAddress(address), canonical);
    assert.deepEqual(addressFromBytes(addressBytes(address)), address);
  }
});

test('what is no address or range is refused', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    'fe80::1%eth0',
    ':::',
    'a',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7::8',
    '1.2.3.4::',
    '::12345',
  ]) {
    assert.equal(parseAddress(text), null, text);
  }
  for (const text of ['1.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '1.2.3.4/08', '::/129', '/8']) {
    assert.equal(parseCidr(text), null, text);
  }
});

test('ranges', () => {
  assert.equal(formatCidr(networkOf(cidr('10.1.2.3/20'))), '10.1.0.0/20');
  assert.equal(formatAddress(firstOf(cidr('10.1.2.3/20'))), '10.1.0.0');
  assert.equal(formatAddress(lastOf(cidr('10.1.2.3/20'))), '10.1.15.255');
  assert.equal(formatAddress(lastOf(cidr('fd00::/64'))), 'fd00::ffff:ffff:ffff:ffff');
  assert.equal(formatAddress(lastOf(cidr('0.0.0.0/0'))), '255.255.255.255');
  assert.ok(overlaps(cidr('10.0.0.0/8'), cidr('10.200.0.0/16')));
  assert.ok(!overlaps(cidr('10.0.0.0/9'), cidr('10.200.0.0/16')));
  assert.ok(!overlaps(cidr('0.0.0.0/0'), cidr('::/0')));
  assert.ok(covers(cidr('10.0.0.0/8'), cidr('10.200.0.0/16')));
  assert.ok(!covers(cidr('10.200.0.0/16'), cidr('10.0.0.0/8')));
  const address = parseAddress('10.200.0.1');
  assert.ok(address && contains(cidr('10.200.0.0/16'), address));
});
