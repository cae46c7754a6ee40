import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './layer-rule.ts';

const of = (path: string, from: string, kind = 'import { x }') =>
  violations(path, `${kind} from '${from}';\n`);

test('calls go down', () => {
  assert.deepEqual(of('api/routes/ping.ts', '../../services/system/contract.ts'), []);
  assert.deepEqual(of('services/containers/start.ts', '../../drivers/runtime/contract.ts'), []);
  assert.deepEqual(of('drivers/storage/overlay/driver.ts', '../../../host/mounts/mount.ts'), []);
  assert.deepEqual(of('daemon/compose.ts', '../drivers/storage/overlay/driver.ts'), []);
});

test('calls up are named with their line', () => {
  assert.deepEqual(of('drivers/storage/overlay/driver.ts', '../../../services/images/contract.ts'), [
    'src/drivers/storage/overlay/driver.ts:1: drivers/ may not import services/images/contract.ts',
  ]);
  assert.equal(of('wire/a.ts', '../kit/b.ts').length, 1);
});

test('services see contracts of drivers and types of the host, never what is behind them', () => {
  assert.equal(of('services/images/pull.ts', '../../drivers/storage/overlay/driver.ts').length, 1);
  assert.deepEqual(of('services/images/pull.ts', '../../host/clock.ts', 'import type { x }'), []);
  assert.match(of('services/images/pull.ts', '../../host/clock.ts')[0] ?? '', /as a type it may/);
  assert.equal(of('services/images/pull.ts', 'node:fs').length, 1);
});

test('a driver does not reach into another one', () => {
  assert.equal(of('drivers/network/bridge/x.ts', '../../dns/server.ts').length, 1);
  assert.deepEqual(of('drivers/network/bridge/x.ts', '../host/y.ts'), []);
});

test('a folder without a row is an error, not a freedom', () => {
  assert.equal(violations('util/x.ts', '').length, 1);
});
