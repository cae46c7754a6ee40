import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import {
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { until } from '../../harness/until.ts';

const box = () => new GenericContainer('busybox:latest').withStartupTimeout(120_000);
const sleeper = () => box().withCommand(['sleep', '300']);
const web = (page: string, before = '') =>
  box()
    .withCommand([
      'sh',
      '-c',
      `mkdir /www; echo ${page} > /www/index.html; ${before} exec httpd -f -p 80 -h /www`,
    ])
    .withExposedPorts(80);

const page = async (container: StartedTestContainer, port = 80): Promise<string> => {
  const answer = await fetch(`http://${container.getHost()}:${container.getMappedPort(port)}/`);
  return answer.text();
};

test('waits for its ports by itself', async () => {
  await using container = await web('ports', 'sleep 0.5;').start();
  assert.equal(await page(container), 'ports\n');
});

test('waits for a line in the log', async () => {
  const script = 'echo starting; sleep 0.3; echo ready >&2; sleep 300';
  await using container = await box()
    .withCommand(['sh', '-c', script])
    .withWaitStrategy(Wait.forLogMessage(/ready/))
    .start();
  const logs = await container.logs();
  const seen: string[] = [];
  for await (const line of logs) {
    seen.push(String(line).trim());
    if (seen.join().includes('ready')) break;
  }
  assert.match(seen.join(), /starting.*ready/s);
});

test('waits for a line to come twice', async () => {
  await using container = await box()
    .withCommand(['sh', '-c', 'echo up; sleep 0.2; echo up; sleep 300'])
    .withWaitStrategy(Wait.forLogMessage('up', 2))
    .start();
  assert.ok(container.getId());
});

test('waits for health', async () => {
  await using container = await box()
    .withCommand(['sh', '-c', 'sleep 0.5; touch /ok; sleep 300'])
    .withHealthCheck({ test: ['CMD-SHELL', 'test -e /ok'], interval: 200, timeout: 2000, retries: 20 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  assert.equal((await container.exec(['test', '-e', '/ok'])).exitCode, 0);
});

test('waits for an answer over HTTP', async () => {
  await using container = await web('over http', 'sleep 0.5;')
    .withWaitStrategy(Wait.forHttp('/', 80).forStatusCode(200).withReadTimeout(1000))
    .start();
  assert.equal(await page(container), 'over http\n');
});

test('waits for a command to succeed, and for all of several things', async () => {
  await using container = await web('both', 'touch /ok; echo ready;')
    .withWaitStrategy(
      Wait.forAll([
        Wait.forSuccessfulCommand('test -e /ok'),
        Wait.forListeningPorts(),
        Wait.forLogMessage('ready'),
      ]),
    )
    .start();
  assert.equal(await page(container), 'both\n');
});

test('waits for what runs once', async () => {
  const container = await box()
    .withCommand(['sh', '-c', 'sleep 0.3; echo done'])
    .withWaitStrategy(Wait.forOneShotStartup())
    .start();
  await container.stop();
  await assert.rejects(
    box().withCommand(['false']).withWaitStrategy(Wait.forOneShotStartup()).start(),
    /Container failed to start/,
  );
});

test('gives up in time, and takes the container away', async () => {
  await assert.rejects(
    sleeper()
      .withLabels({ gives: 'up' })
      .withStartupTimeout(500)
      .withWaitStrategy(Wait.forLogMessage('never'))
      .start(),
    /not received after 500ms/,
  );
  const client = await getContainerRuntimeClient();
  const left = await client.container.dockerode.listContainers({
    all: true,
    filters: { label: ['gives=up'] },
  });
  assert.deepEqual(left, []);
});

test('exec: output, status, folder, user, environment', async () => {
  await using container = await sleeper().start();
  const plain = await container.exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
  assert.deepEqual([plain.exitCode, plain.stdout, plain.stderr], [3, 'out\n', 'err\n']);
  const set = await container.exec(['sh', '-c', 'pwd; id -un; echo $COLOUR'], {
    workingDir: '/tmp',
    user: 'nobody',
    env: { COLOUR: 'green' },
  });
  assert.equal(set.output, '/tmp\nnobody\ngreen\n');
});

test('copies files, folders and content in, and takes archives out', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'file'), 'file\n');
  await using container = await sleeper()
    .withCopyFilesToContainer([{ source: join(folder, 'file'), target: '/copied/file', mode: 0o600 }])
    .withCopyDirectoriesToContainer([{ source: folder, target: '/folder' }])
    .withCopyContentToContainer([{ content: 'content\n', target: '/content' }])
    .start();
  const shown = await container.exec(['cat', '/copied/file', '/folder/file', '/content']);
  assert.equal(shown.output, 'file\nfile\ncontent\n');
  await container.copyContentToContainer([{ content: 'later\n', target: '/later' }]);
  assert.equal((await container.exec('cat /later')).output, 'later\n');
  const tar = await buffer(await container.copyArchiveFromContainer('/later'));
  assert.match(tar.toString('latin1'), /later\n/);
});

test('settings reach the container', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'judge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'file'), 'bound\n');
  await using container = await sleeper()
    .withName('tc-settings')
    .withEnvironment({ A: '1' })
    .withLabels({ l: 'm' })
    .withHostname('named')
    .withUser('nobody')
    .withWorkingDir('/tmp')
    .withTmpFs({ '/scratch': 'rw,size=1m' })
    .withUlimits({ nofile: { soft: 99, hard: 100 } })
    .withDroppedCapabilities('ALL')
    .withExtraHosts([{ host: 'elsewhere', ipAddress: '10.3.2.1' }])
    .withBindMounts([{ source: join(folder, 'file'), target: '/bound', mode: 'ro' }])
    .withResourcesQuota({ memory: 0.0625, cpu: 0.5 })
    .withSharedMemorySize(4 << 20)
    .start();
  const script =
    'echo $A; hostname; id -un; pwd; ulimit -Sn; cat /bound; grep elsewhere /etc/hosts; grep CapEff /proc/self/status';
  const { output } = await container.exec(['sh', '-c', script]);
  assert.match(output, /^1\nnamed\nnobody\n\/tmp\n99\nbound\n10\.3\.2\.1\s+elsewhere\nCapEff:\s+0+\n$/);
  assert.equal(container.getName(), '/tc-settings');
  assert.equal(container.getLabels().l, 'm');
});

test('logs go to whom they are wanted by, while it runs', async () => {
  const seen: string[] = [];
  await using container = await box()
    .withCommand(['sh', '-c', 'for i in 1 2 3; do echo line $i; done; sleep 300'])
    .withLogConsumer((stream) => stream.on('data', (line) => seen.push(String(line).trim())))
    .withWaitStrategy(Wait.forLogMessage('line 3'))
    .start();
  assert.ok(container.getId());
  await until('all lines', () => /line 1 line 2 line 3/.test(seen.join(' ')));
});

test('restarts, stops and starts again', async () => {
  const container = await web('again').start();
  const before = container.getId();
  await container.restart({ timeout: 0 });
  assert.equal(container.getId(), before);
  assert.equal(await page(container), 'again\n');
  const stopped = await container.stop({ remove: false, timeout: 0 });
  assert.equal(stopped.getId(), before);
  const client = await getContainerRuntimeClient();
  await client.container.remove(client.container.getById(before));
});

test('a container that is used again', async () => {
  process.env.TESTCONTAINERS_REUSE_ENABLE = 'true';
  const first = await sleeper().withReuse().start();
  const second = await sleeper().withReuse().start();
  assert.equal(second.getId(), first.getId());
  await first.stop({ timeout: 0 });
});

test('commit', async () => {
  await using container = await sleeper().start();
  await container.exec(['sh', '-c', 'echo kept > /note']);
  const image = await container.commit({ repo: 'tc-commit', tag: 'v1', deleteOnExit: false });
  assert.match(image, /^sha256:|^[0-9a-f]{64}$/);
  await using copy = await new GenericContainer('tc-commit:v1').withCommand(['sleep', '300']).start();
  assert.equal((await copy.exec('cat /note')).output, 'kept\n');
});

test('a network of their own: aliases, addresses', async () => {
  await using network = await new Network().start();
  await using server = await web('aliased').withNetwork(network).withNetworkAliases('web', 'www').start();
  await using client = await sleeper().withNetwork(network).start();
  assert.equal((await client.exec('wget -q -O - http://www/')).output, 'aliased\n');
  assert.match(server.getIpAddress(network.getName()), /^\d+\.\d+\.\d+\.\d+$/);
  assert.ok(server.getNetworkNames().includes(network.getName()));
});

test('a fixed port, and many at once', async () => {
  await using fixed = await web('fixed').withExposedPorts({ container: 80, host: 18099 }).start();
  assert.equal(fixed.getMappedPort(80), 18099);
  const many = await Promise.all([1, 2, 3, 4].map((i) => web(`many ${i}`).start()));
  assert.deepEqual(await Promise.all(many.map((one) => page(one))), [
    'many 1\n',
    'many 2\n',
    'many 3\n',
    'many 4\n',
  ]);
  await Promise.all(many.map((one) => one.stop({ timeout: 0 })));
});
