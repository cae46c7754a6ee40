import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAttributes, decodeMessages, encodeRequests, flag, readText } from './message.ts';
import { redirectRequests } from './redirect.ts';

const redirect = { proto: 'udp', address: Uint8Array.of(127, 0, 0, 11), port: 53, toPort: 4242 } as const;
const types = (replace: boolean): number[] =>
  redirectRequests('t', [redirect], { replace }).map(({ type }) => type);

test('a table is one transaction, and is replaced only where that is asked for', () => {
  assert.deepEqual(types(false), [0x10, 0xa00, 0xa03, 0xa06, 0x11]);
  assert.deepEqual(types(true), [0x10, 0xa00, 0xa02, 0xa00, 0xa03, 0xa06, 0x11]);
});

test('its edges are not acknowledged, all else is', () => {
  const messages = decodeMessages(encodeRequests(redirectRequests('t', [redirect], { replace: false }), 1));
  const asked = messages.map(({ flags }) => (flags & flag.ack) !== 0);
  assert.deepEqual(asked, [false, true, true, true, false]);
});

test('a rule says where from and where to', () => {
  const messages = decodeMessages(encodeRequests(redirectRequests('t', [redirect], { replace: false }), 1));
  const rule = messages[3];
  assert.ok(rule);
  const attributes = decodeAttributes(rule.payload, 4);
  assert.equal(readText(attributes.get(1) ?? new Uint8Array()), 't');
  const bytes = Buffer.from(attributes.get(4) ?? new Uint8Array());
  for (const part of ['7f00000b', '0035', '1092']) assert.ok(bytes.includes(Buffer.from(part, 'hex')), part);
  for (const name of ['payload', 'cmp', 'meta', 'immediate', 'nat']) assert.ok(bytes.includes(name), name);
});
