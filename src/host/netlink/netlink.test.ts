import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../kit/ip/address.ts';
import { parseCidr } from '../../kit/ip/cidr.ts';
import { decodeAddress, newAddress } from './address.ts';
import { decodeLink, deleteLink, newBridge, newVeth, setLink } from './link.ts';
import {
  acknowledgement,
  decodeAttributes,
  decodeMessages,
  encodeRequests,
  type Message,
  type Request,
  readText,
  readU32,
} from './message.ts';
import { decodeRoute, newRoute } from './route.ts';

/** Bytes as Linux 6.18 (x86-64) took and gave them. */
const recorded = {
  bridge: [
    '4000000010000506070000000000000000000000000000000000000000000000080003006272300008000400dc050000',
    '100012000b0001006272696467650000',
  ].join(''),
  veth: [
    '780000001000050601000000000000000000000000000000000000000000000007000300763000000800040078050000',
    '480012000900010076657468000000003800020034000100000000000000000000000000000000000900030065746830',
    '000000000a0001000242ac110002000008001c0009000000',
  ].join(''),
  setAndDelete: [
    '4000000013000500010000000000000000000000000000000100000001000000070003007630000008000a0002000000',
    '10001a000c000a0005000800010000002800000011000500020000000000000000000000000000000000000000000000',
    '0700030076300000',
  ].join(''),
  addresses: [
    '30000000140005050100000000000000021000000200000008000200ac11000208000100ac11000208000400ac11ffff',
    '480000001400050502000000000000000a4000000200000014000200fd00000000000000000000000000000214000100',
    'fd0000000000000000000000000000020800080002000000',
  ].join(''),
  route: '2c00000018000505010000000000000002000000fe03000100000000080004000200000008000500ac110001',
  linkAnswer: [
    '00000100040000000310000000000000070003007630000008000d00e8030000050010000300000008000400dc050000',
    '08000a00020000000a0001000e4a0b59f6ec00000a000200ffffffffffff0000cc001700000000000000000000000000',
    '000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    '000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    '000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
    '000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010001200',
    '090001007665746800000000',
  ].join(''),
  addressAnswers: [
    '021080000300000008000100ac11000208000200ac11000208000400ac11ffff090003006574683000000000080008008000000014000600ffffffffffffffff9014070090140700',
    '0a40c0fd0300000014000100fe800000000000000042acfffe11000214000600ffffffffffffffff901407009014070008000800c000000005000b0003000000',
  ],
  routeAnswers: [
    '02000000fe0300010000000008000f00fe00000008000500ac1100010800040003000000',
    '02100000fe02fd010000000008000f00fe00000008000100ac11000008000700ac1100020800040003000000',
    '02200000ff02fe020000000008000f00ff00000008000100ac11000208000700ac1100020800040003000000',
  ],
};

const hex = (requests: readonly Request[], sequence = 1): string =>
  Buffer.from(encodeRequests(requests, sequence)).toString('hex');

const message = (type: number, payload: string, flags = 0): Message => ({
  type,
  flags,
  sequence: 1,
  payload: Buffer.from(payload, 'hex'),
});

function cidr(text: string) {
  const parsed = parseCidr(text);
  assert.ok(parsed);
  return parsed;
}

describe('netlink requests', () => {
  it('make links', () => {
    assert.equal(hex([newBridge({ name: 'br0', mtu: 1500 })], 7), recorded.bridge);
    const peer = { name: 'eth0', mac: '02:42:ac:11:00:02', namespaceFd: 9 };
    assert.equal(hex([newVeth({ name: 'v0', mtu: 1400 }, peer)]), recorded.veth);
  });

  it('change and delete links in one batch', () => {
    const change = setLink('v0', { master: 2, up: true, linkLocal: false });
    assert.equal(hex([change, deleteLink('v0')]), recorded.setAndDelete);
    const sequences = decodeMessages(encodeRequests([change, deleteLink('v0')], 5)).map(
      ({ sequence }) => sequence,
    );
    assert.deepEqual(sequences, [5, 6]);
  });

  it('add addresses and routes', () => {
    assert.equal(
      hex([newAddress(2, cidr('172.17.0.2/16')), newAddress(2, cidr('fd00::2/64'))]),
      recorded.addresses,
    );
    const via = parseAddress('172.17.0.1');
    assert.equal(hex([newRoute({ link: 2, to: cidr('0.0.0.0/0'), via })]), recorded.route);
  });
});

describe('netlink answers', () => {
  it('tell of links', () => {
    const link = decodeLink(message(16, recorded.linkAnswer));
    assert.equal(link?.name, 'v0');
    assert.equal(link?.kind, 'veth');
    assert.equal(link?.up, true);
    assert.equal(link?.mtu, 1500);
    assert.equal(link?.master, 2);
    assert.match(link?.mac ?? '', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    assert.deepEqual(link?.counters?.rxBytes, 0);
    assert.equal(decodeLink(message(20, recorded.linkAnswer)), null);
  });

  it('tell of addresses', () => {
    const found = recorded.addressAnswers.map((payload) => decodeAddress(message(20, payload)));
    assert.deepEqual(found, [
      { index: 3, cidr: '172.17.0.2/16', scope: 0 },
      { index: 3, cidr: 'fe80::42:acff:fe11:2/64', scope: 253 },
    ]);
  });

  it('tell of routes, the local table left out', () => {
    const found = recorded.routeAnswers.map((payload) => decodeRoute(message(24, payload)));
    assert.deepEqual(found, [
      { link: 3, to: '0.0.0.0/0', via: '172.17.0.1' },
      { link: 3, to: '172.17.0.0/16', via: null },
      null,
    ]);
  });

  it('end in an acknowledgement', () => {
    assert.deepEqual(acknowledgement(message(2, '00000000')), { sequence: 1, errno: 0, text: null });
    assert.deepEqual(acknowledgement(message(3, '00000000')), { sequence: 1, errno: 0, text: null });
    // -EEXIST, the request's header, NLMSGERR_ATTR_MSG "no"
    const refused = `efffffff${'10000000'.padEnd(32, '0')}070001006e6f0000`;
    assert.deepEqual(acknowledgement(message(2, refused, 0x300)), { sequence: 1, errno: 17, text: 'no' });
    assert.equal(acknowledgement(message(16, recorded.linkAnswer)), null);
  });

  it('that are cut short do no harm', () => {
    const bytes = encodeRequests([newBridge({ name: 'br0' })], 1);
    for (let length = 0; length < bytes.length; length += 1) {
      assert.deepEqual(decodeMessages(bytes.subarray(0, length)), []);
    }
    const payload = Buffer.from(recorded.linkAnswer, 'hex');
    for (let length = 0; length <= payload.length; length += 1) {
      decodeAttributes(payload.subarray(0, length), 16);
      decodeLink({ type: 16, flags: 0, sequence: 1, payload: payload.subarray(0, length) });
    }
  });

  it('carry attributes', () => {
    const attributes = decodeAttributes(Buffer.from('08000400dc050000070003006272300000', 'hex'));
    assert.equal(readU32(attributes.get(4) ?? new Uint8Array(4), 0), 1500);
    assert.equal(readText(attributes.get(3) ?? new Uint8Array()), 'br0');
  });
});
