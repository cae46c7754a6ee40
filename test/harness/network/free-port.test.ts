import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { freePort } from './free-port.ts';

test('another port each time, and none that the kernel gives to others', async () => {
  const ports = await Promise.all(Array.from({ length: 10 }, () => freePort()));
  assert.equal(new Set(ports).size, 10);
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  const [low = 0, high = 0] = range;
  for (const port of ports) assert.ok(port < low || port > high, `${port} is one of ${low} to ${high}`);
});
