/** Ports of a running container are published and unpublished; connections to its other ports go on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { echoHere, echoIn, listening } from '../harness/network/echo.ts';
import { until } from '../harness/until.ts';
import { aPerson, type Person, webServer } from './person.ts';

const page = (person: Person, port: number) =>
  person.engine.inside(['busybox', 'wget', '-qO-', `http://127.0.0.1:${port}/`]);

const answers = async (person: Person, port: number): Promise<boolean> =>
  (await page(person, port)).code === 0;

/** To a server that repeats each line; it stays open. */
function longConnection(person: Person, argv: readonly string[]) {
  const child = spawn('nsenter', [`--net=/run/netns/${person.engine.netns}`, ...argv]);
  let heard = '';
  child.stdout.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
  });
  return {
    async says(word: string): Promise<void> {
      child.stdin.write(`${word}\n`);
      await until(`${word} to come back by ${argv.join(' ')}`, () => heard.includes(word));
    },
    async end(): Promise<void> {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

test('published ports change while the container runs', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  const server = 'sh -c "mkdir /www; echo page > /www/index.html; httpd -p 80 -h /www; nc -ll -p 7 -e cat"';
  await person.types(`docker run -d --name web -p 8080:80 -p 7007:7 busybox ${server}`);
  await until('the server', () => answers(person, 8080));
  const open = longConnection(person, ['busybox', 'nc', '127.0.0.1', '7007']);
  await open.says('before');

  await person.types(
    'docker update --publish-add 8081:80 --publish-add 127.0.0.1:9090:80 --publish-rm 8080:80 web',
  );
  assert.equal((await page(person, 8081)).stdout.trim(), 'page');
  assert.ok(await answers(person, 9090));
  assert.ok(!(await answers(person, 8080)));
  await open.says('after');
  const ports =
    '7/tcp -> 0.0.0.0:7007\n7/tcp -> [::]:7007\n80/tcp -> 0.0.0.0:8081\n80/tcp -> 127.0.0.1:9090\n80/tcp -> [::]:8081';
  assert.equal(await person.types('docker port web'), ports);
  const rules = await person.onHost('iptables -t nat -S DOCKER');
  assert.doesNotMatch(rules, /--dport 8080/);
  assert.match(rules, /--dport 8081/);

  // What is gone is free for others, and what is taken is refused with nothing changed.
  await person.types(`docker run -d --name other -p 8080:80 ${webServer('other')}`);
  await person.isRefused(
    'docker update --publish-add 8082:80 --publish-add 8080:80 web',
    /port is already allocated/,
  );
  await person.isRefused('docker update --publish-rm 8080:80 web', /is not published/);
  assert.equal(await person.types('docker port web'), ports);
  assert.ok(!(await answers(person, 8082)));
  await open.says('still');

  await engine.crash();
  await engine.up();
  assert.equal(await person.types('docker port web'), ports);
  assert.ok(await answers(person, 8081));
  await open.says('alive');
  await open.end();

  await person.types('docker restart -t 0 web');
  assert.equal(await person.types('docker port web'), ports);
  await until('the server again', () => answers(person, 8081));

  await person.types('docker stop -t 0 web');
  await person.types('docker update --publish-rm 80 web');
  await person.types('docker start web');
  assert.equal(await person.types('docker port web'), '7/tcp -> 0.0.0.0:7007\n7/tcp -> [::]:7007');
  assert.ok(!(await answers(person, 8081)));
});

/** What the host sends to its loopback goes through the userland proxy, what it sends to another address by rules. */
const ways = [
  { program: 'iptables', by: 'proxy', address: '127.0.0.1' },
  { program: 'iptables', by: 'rules', address: '10.171.0.1' },
  { program: 'ip6tables', by: 'proxy', address: '::1' },
  { program: 'ip6tables', by: 'rules', address: 'fd00:171::1' },
] as const;
const connections = ways
  .flatMap((way) => [
    { ...way, proto: 'tcp' },
    { ...way, proto: 'udp' },
  ])
  .map((way, index) => ({ ...way, port: 7001 + index }));

const talking = ({ proto, address, port }: (typeof connections)[number]) =>
  echoHere('talk', proto, address, String(port));

test('connections of either protocol and IP version go on while other ports change', async (t) => {
  const person = await aPerson(t, { config: { 'live-restore': true } });
  const { engine } = person;
  await person.types('docker network create --ipv6 --subnet 10.171.0.0/24 --subnet fd00:171::/64 dual');
  const publish = connections.map(({ proto, port }) => `-p ${port}:${port}/${proto}`).join(' ');
  await person.types(`docker run -d --name web --network dual -p 8080:80 ${publish} busybox sleep 3600`);
  const pid = await person.types('docker inspect -f {{.State.Pid}} web');
  const servers = ['tcp', 'udp'].map((proto) => {
    const ports = connections.filter((each) => each.proto === proto).map(({ port }) => String(port));
    const [program, ...args] = echoIn(pid, 'serve', proto, ...ports);
    return spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  });
  const open: ((typeof connections)[number] & { connection: ReturnType<typeof longConnection> })[] = [];
  try {
    for (const server of servers) await listening(server);
    for (const way of connections) open.push({ ...way, connection: longConnection(person, talking(way)) });
    const allSay = async (word: string): Promise<void> => {
      for (const { connection } of open) await connection.says(word);
    };
    await allSay('before');
    for (const { program, by, proto, port } of open) {
      const counted = await person.onHost(`${program} -t nat -nvxL DOCKER`);
      const [, packets] = new RegExp(`^ *(\\d+) .* ${proto} dpt:${port} `, 'm').exec(counted) ?? [];
      assert.equal(Number(packets) > 0, by === 'rules', `${proto} ${port} by ${by}:\n${counted}`);
    }
    await person.types(
      'docker update --publish-add 8081:80 --publish-add 8081:80/udp --publish-rm 8080:80 web',
    );
    await allSay('after-adding');
    await person.types('docker update --publish-rm 8081:80 --publish-rm 8081:80/udp web');
    await allSay('after-taking-away');
    await person.types(
      'docker run -d --name other --network dual -p 8080:80 -p 8080:80/udp busybox sleep 3600',
    );
    await person.types('docker rm -f other');
    await allSay('after-another-one');
    await engine.crash();
    await engine.up();
    await person.types('docker update --publish-add 8080:80 web');
    await allSay('after-a-crash');
  } finally {
    for (const { connection } of open) await connection.end();
    for (const server of servers) {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
  }
});

test('a container without a network of its own publishes nothing', async (t) => {
  const person = await aPerson(t);
  await person.types('docker run -d --name alone --network none busybox sleep 3600');
  await person.isRefused('docker update --publish-add 8080:80 alone', /network mode none/);
});
