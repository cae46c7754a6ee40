import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../../test/harness/network/free-port.ts';
import type { ProxySpec } from '../../wire/keeper.ts';
import { writeRecord } from '../record-files.ts';
import { Proxies } from './proxies.ts';

const containers = ['a', 'b', 'c'];

/** UDP, which needs no program beside. */
const proxyAt = (hostPort: number): ProxySpec => ({
  proto: 'udp',
  hostIp: '127.0.0.1',
  hostPort,
  containerIp: '127.0.0.1',
  containerPort: 9,
});

/** What an earlier keeper had open, and its successor. */
async function lay(t: TestContext): Promise<{ proxies: Proxies; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'minke-proxies-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const container of containers)
    writeRecord(join(folder, `${container}.json`), { container, proxies: [proxyAt(await freePort())] });
  const proxies = new Proxies(folder, { program: '/none', lock: '/none' });
  t.after(() => Promise.all(containers.map((container) => proxies.set(container, []))));
  return { proxies, folder };
}

test('what is closed while a keeper takes over is not opened by that', async (t) => {
  const { proxies, folder } = await lay(t);
  await Promise.all([proxies.adoptAll(), ...containers.map((container) => proxies.set(container, []))]);
  assert.equal(proxies.size, 0);
  assert.deepEqual(readdirSync(folder), []);
});

test('what is stated while a keeper takes over stays so', async (t) => {
  const { proxies } = await lay(t);
  const next = proxyAt(await freePort());
  await Promise.all([proxies.adoptAll(), ...containers.slice(1).map((one) => proxies.set(one, []))]);
  await Promise.all([proxies.adoptAll(), proxies.set('c', [next])]);
  assert.equal(proxies.size, 2);
});

test('those of containers that are no more are closed, taken over or not', async (t) => {
  const { proxies, folder } = await lay(t);
  await Promise.all([proxies.adoptAll(), proxies.keep(['b'])]);
  assert.equal(proxies.size, 1);
  assert.deepEqual(readdirSync(folder), ['b.json']);
});
