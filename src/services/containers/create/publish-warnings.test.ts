import assert from 'node:assert/strict';
import { it } from 'node:test';
import { publishWarnings } from './publish-warnings.ts';

it('warns of ports on all addresses, where it is asked to', () => {
  const at = (HostIp: string) => [{ HostIp, HostPort: '8080' }];
  const bindings = { '80/tcp': at(''), '81/tcp': at('127.0.0.1'), '82/udp': at('0.0.0.0'), '83/tcp': null };
  const ports = (publishesToAll: boolean, wanted = true) =>
    publishWarnings(bindings, { publishesToAll, publishWarnings: wanted }).map((text) => text.split(' ')[1]);
  assert.deepEqual(ports(true), ['80/tcp', '82/udp']);
  assert.deepEqual(ports(false), ['82/udp']);
  assert.deepEqual(ports(true, false), []);
});
