/** The resolver inside a real keeper, with a network namespace that the test made. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isKind } from '../../../src/errors/minke-error.ts';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import type { NameSpec } from '../../../src/wire/names.ts';
import { command, must } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { Ground } from './ground.ts';

let ground: Ground;
let keeper: KeeperClient;
const netns = `minke-names-${process.pid}`;
before(async () => {
  ground = await Ground.make();
  keeper = await ground.open();
  await must(['ip', 'netns', 'add', netns]);
  await must(['ip', '-n', netns, 'link', 'set', 'lo', 'up']);
});
after(async () => {
  assert.deepEqual(await ground.close(), { retired: true });
  await must(['ip', 'netns', 'delete', netns]);
});

const spec = (names: string[], address: string, rest: Partial<NameSpec> = {}): NameSpec => ({
  name: names[0] ?? '',
  namespace: `/run/netns/${netns}`,
  servers: [],
  outside: false,
  ndots: false,
  places: [{ network: 'n1', networkName: 'n1', neighbours: true, names, addresses: [address], links: [] }],
  ...rest,
});

async function lookup(name: string): Promise<string> {
  const argv = ['nsenter', `--net=/run/netns/${netns}`, 'busybox', 'nslookup', '-type=a', name, '127.0.0.11'];
  const { stdout, stderr } = await command(argv);
  return stdout + stderr;
}

test('names are answered in a namespace, again after the keeper was killed, and no longer when it is told so', async () => {
  await keeper.names('web', spec(['web'], '10.0.0.2'));
  await keeper.names('db', spec(['db', 'store'], '10.0.0.3', { namespace: null }));
  assert.match(await lookup('store'), /Address.*10\.0\.0\.3/);
  process.kill(keeper.pid, 'SIGKILL');
  await until('the next keeper', async () => /Address.*10\.0\.0\.3/.test(await lookup('db')));
  await keeper.names('db', spec(['rows'], '10.0.0.3', { namespace: null }));
  assert.match(await lookup('rows'), /Address.*10\.0\.0\.3/);
  assert.doesNotMatch(await lookup('db'), /10\.0\.0\.3/);
  const sockets = async () => (await must(['ip', 'netns', 'exec', netns, 'ss', '-Hantu'])).trim();
  assert.match(await sockets(), /127\.0\.0\.11/);
  await keeper.names('web', null);
  await keeper.names('web', null);
  await keeper.names('db', null);
  assert.match(await lookup('rows'), /no servers could be reached|timed out|refused/i);
  await until('the sockets to be closed', async () => (await sockets()) === '');
});

test('a namespace that is not there is no end of the keeper', async () => {
  await assert.rejects(keeper.names('lost', spec(['lost'], '10.0.0.4', { namespace: '/run/netns/none' })));
  await assert.rejects(keeper.names('../lost', spec([], '10.0.0.4')), (error) => isKind(error, 'invalid'));
  assert.deepEqual(await keeper.list(), []);
  await keeper.names('lost', null);
});

test('an address that the host does not have is a conflict', async () => {
  await assert.rejects(
    keeper.hostNames({ host: '192.0.2.200', port: 53 }),
    (error) => isKind(error, 'conflict') && /192\.0\.2\.200 port 53/.test(String(error)),
  );
  await keeper.hostNames(null);
});

test('questions that others have to answer do not hold up those that we can', async () => {
  await must(['ip', '-n', netns, 'address', 'add', '192.0.2.9/32', 'dev', 'lo']);
  await keeper.names('web', spec(['web'], '10.0.0.2', { servers: ['192.0.2.9'] }));
  const waiting = Array.from({ length: 40 }, () => lookup('example.com'));
  assert.match(await lookup('web'), /Address.*10\.0\.0\.2/);
  for (const answer of await Promise.all(waiting)) assert.doesNotMatch(answer, /Address 1/);
  await keeper.names('web', null);
});
