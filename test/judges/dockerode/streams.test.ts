import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '../../harness/until.ts';
import { docker, execIn, lines, made, split, splitLogs, started } from './docker.ts';

test('logs: channels, tail, timestamps, since', async (t) => {
  // The channels are two pipes: only a pause gives them an order.
  const script = 'echo one; sleep 0.3; echo two >&2; sleep 0.3; echo three';
  const container = await started(t, { Cmd: ['sh', '-c', script] });
  await container.wait();
  const all = await splitLogs(await container.logs({ stdout: true, stderr: true }));
  assert.deepEqual(all, { stdout: 'one\nthree\n', stderr: 'two\n' });
  const last = await splitLogs(await container.logs({ stdout: true, tail: 1 }));
  assert.equal(last.stdout, 'three\n');
  const dated = await splitLogs(await container.logs({ stdout: true, timestamps: true }));
  assert.match(dated.stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z one\n/);
  const future = Math.floor(Date.now() / 1000) + 3600;
  assert.equal((await container.logs({ stdout: true, since: future })).length, 0);
  await assert.rejects(container.logs({ stdout: false }), /must choose at least one stream/);
});

test('logs are followed until the end', async (t) => {
  const script = 'for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done';
  const container = await started(t, { Cmd: ['sh', '-c', script] });
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  const { stdout } = await split(stream);
  assert.equal(stdout, [1, 2, 3, 4, 5].map((i) => `line ${i}\n`).join(''));
});

test('logs of a terminal come unframed', async (t) => {
  const container = await started(t, { Cmd: ['echo', 'plain'], Tty: true });
  await container.wait();
  assert.equal((await container.logs({ stdout: true })).toString(), 'plain\r\n');
});

test('attach: what is typed comes back, and the end of input ends it', async (t) => {
  const container = await made(t, { Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true });
  const stream = await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  });
  const output = split(stream);
  await container.start();
  stream.write('first\n');
  stream.end('second\n');
  assert.deepEqual(await output, { stdout: 'first\nsecond\n', stderr: '' });
  assert.equal((await container.wait()).StatusCode, 0);
});

test('attach with what was written before', async (t) => {
  const script = 'echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after';
  const container = await started(t, { Cmd: ['sh', '-c', script] });
  await until('output', async () => (await container.logs({ stdout: true })).length > 0);
  const stream = await container.attach({ stream: true, logs: true, stdout: true, stderr: true });
  const output = split(stream);
  await execIn(container, ['touch', '/go']);
  assert.equal((await output).stdout, 'before\nafter\n');
});

test('a terminal: attach, its size, keys', async (t) => {
  const container = await made(t, { Cmd: ['sh'], Tty: true, OpenStdin: true });
  const stream = await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  });
  await container.start();
  await container.resize({ h: 40, w: 123 });
  const output = text(stream);
  stream.write('stty size; exit 4\n');
  assert.match(await output, /40 123/);
  assert.equal((await container.wait()).StatusCode, 4);
});

test('a big output arrives whole', async (t) => {
  const container = await started(t, { Cmd: ['sh', '-c', 'yes 0123456789abcdef | head -n 200000'] });
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  const { stdout } = await split(stream);
  assert.equal(stdout.length, 200_000 * 17);
});

test('exec: output, status, user, folder, environment', async (t) => {
  const container = await started(t);
  assert.deepEqual(await execIn(container, ['sh', '-c', 'echo out; echo err >&2; exit 9']), {
    stdout: 'out\n',
    stderr: 'err\n',
    code: 9,
  });
  const options = { User: 'nobody', WorkingDir: '/tmp', Env: ['COLOUR=blue'] };
  const shown = await execIn(container, ['sh', '-c', 'id -un; pwd; echo $COLOUR'], options);
  assert.equal(shown.stdout, 'nobody\n/tmp\nblue\n');
});

test('exec: input, and many at once', async (t) => {
  const container = await started(t);
  const sorted = await execIn(container, ['sort'], {}, 'b\nc\na\n');
  assert.deepEqual(sorted, { stdout: 'a\nb\nc\n', stderr: '', code: 0 });
  const many = Array.from({ length: 8 }, (_, i) => execIn(container, ['echo', `${i}`]));
  assert.equal((await Promise.all(many)).map(({ stdout }) => stdout.trim()).join(''), '01234567');
});

test('exec behind a terminal', async (t) => {
  const container = await started(t);
  const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  const exec = await container.exec({ Cmd: ['sh'], Tty: true, ...attached });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  await exec.resize({ h: 33, w: 99 });
  const output = text(stream);
  stream.write('stty size; tty; exit 2\n');
  const shown = await output;
  assert.match(shown, /33 99/);
  assert.match(shown, /\/dev\/pts\/\d/);
  const after = await exec.inspect();
  assert.equal(after.ExitCode, 2);
  assert.equal(after.Running, false);
});

test('exec detached, and in what does not run', async (t) => {
  const container = await started(t);
  const exec = await container.exec({ Cmd: ['touch', '/made'] });
  (await exec.start({ Detach: true })).resume();
  await until('the file', async () => (await execIn(container, ['test', '-e', '/made'])).code === 0);
  await container.stop({ t: 0 });
  await assert.rejects(
    container.exec({ Cmd: ['true'] }),
    (error: { statusCode: number }) => error.statusCode === 409,
  );
});

test('stats: once, and as a stream', async (t) => {
  const container = await started(t, { HostConfig: { Memory: 64 << 20 } });
  const once = await container.stats({ stream: false });
  assert.equal(once.id, container.id);
  assert.equal(once.memory_stats.limit, 64 << 20);
  assert.ok(once.memory_stats.usage > 0);
  assert.ok(once.cpu_stats.cpu_usage.total_usage > 0);
  assert.ok(once.precpu_stats.system_cpu_usage > 0);
  assert.ok(once.networks?.eth0 !== undefined);
  assert.ok((once.pids_stats?.current ?? 0) >= 1);
  const stream = await container.stats({ stream: true });
  const seen: unknown[] = [];
  for await (const sample of lines(stream)) {
    seen.push(sample.read);
    if (seen.length === 2) break;
  }
  assert.equal(new Set(seen).size, 2);
});

test('top', async (t) => {
  const container = await started(t);
  const { Titles, Processes } = await container.top({ ps_args: '-o pid,comm' });
  assert.deepEqual(Titles, ['PID', 'COMMAND']);
  assert.deepEqual(
    Processes.map((row: string[]) => row[1]),
    ['sleep'],
  );
});

test('events: a life told in order', async (t) => {
  const since = Math.floor(Date.now() / 1000) - 1;
  const stream = await docker.getEvents({ since, filters: { type: ['container'], label: ['told'] } });
  const container = await made(t, { Cmd: ['true'], Labels: { told: 'yes' } });
  await container.start();
  await container.wait();
  await container.remove();
  const actions: unknown[] = [];
  for await (const event of lines(stream)) {
    actions.push(event.Action);
    if (event.Action === 'destroy') break;
  }
  assert.deepEqual(actions, ['create', 'start', 'die', 'destroy']);
  const until = Math.floor(Date.now() / 1000) + 1;
  const past = await docker.getEvents({ since, until, filters: { container: [container.id] } });
  const again: unknown[] = [];
  for await (const event of lines(past)) again.push(event.Action);
  assert.deepEqual(again, ['create', 'start', 'die', 'destroy']);
});

test('healthchecks: healthy, then not', async (t) => {
  const container = await started(t, {
    Cmd: ['sh', '-c', 'touch /ok; sleep 300'],
    Healthcheck: {
      Test: ['CMD-SHELL', 'echo checked; test -e /ok'],
      Interval: 100_000_000,
      Timeout: 2_000_000_000,
      Retries: 2,
    },
  });
  const becomes = (wanted: string) =>
    until(`health to be ${wanted}`, async () => {
      const health = (await container.inspect()).State.Health;
      return health?.Status === wanted ? health : undefined;
    });
  const healthy = await becomes('healthy');
  assert.equal(healthy.Log[0]?.Output, 'checked\n');
  await execIn(container, ['rm', '/ok']);
  const broken = await becomes('unhealthy');
  assert.ok(broken.FailingStreak >= 2);
});
