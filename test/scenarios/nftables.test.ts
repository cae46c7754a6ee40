/** Ports by rules of nf_tables: they hold while the daemon is dead, and are as they should be when the next one is up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../harness/until.ts';
import { aPerson, webServer } from './person.ts';

test('by nftables, ports go on while the daemon is dead and follow what happened meanwhile', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true, 'firewall-backend': 'nftables' } });
  const { engine } = person;
  const answers = async (address: string, port: number): Promise<string | null> => {
    const argv = ['busybox', 'timeout', '10', 'busybox', 'wget', '-qO-', `http://${address}:${port}/`];
    const { code, stdout } = await engine.inside(argv);
    return code === 0 ? stdout.trim() : null;
  };
  await person.types('docker network create --ipv6 --subnet 10.172.0.0/24 --subnet fd00:172::/64 dual');
  await person.types(`docker run -d --name web --network dual -p 8080:80 ${webServer('web')}`);
  await person.types(`docker run -d --name gone --network dual -p 8081:80 ${webServer('gone')}`);
  /** Through the userland proxy and by rules, in both versions. */
  const addresses = ['127.0.0.1', '10.172.0.1', '[::1]', '[fd00:172::1]'];
  const allAnswer = async (): Promise<void> => {
    for (const address of addresses) assert.equal(await answers(address, 8080), 'web', address);
  };
  for (const address of addresses) {
    for (const [port, name] of [
      [8080, 'web'],
      [8081, 'gone'],
    ] as const) {
      await until(`${name} at ${address}`, async () => (await answers(address, port)) === name);
    }
  }
  const pid = Number(await person.types('docker inspect -f {{.State.Pid}} gone'));

  await engine.crash();
  await allAnswer();
  process.kill(pid, 'SIGKILL');
  await engine.up();
  await allAnswer();
  await person.waitsFor('docker ps -a --filter name=gone --format {{.Status}}', /^Exited/);
  assert.equal(await answers('10.172.0.1', 8081), null);
  const ruleset = await person.onHost('nft list ruleset');
  assert.doesNotMatch(ruleset, /dport 8081/);
  assert.match(ruleset, /tcp dport 8080 dnat to 10\.172\.0\.2:80/);

  // All rules are taken out while nobody looks.
  await engine.crash();
  await person.onHost('nft flush ruleset');
  await engine.up();
  await allAnswer();
  assert.equal(await person.types('docker port web'), '80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080');
  await person.types('docker rm -f web gone');
  assert.doesNotMatch(await person.onHost('nft list ruleset'), /dport 8080/);
});
