import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '../../harness/until.ts';
import { docker, made, started } from './docker.ts';

const status = (code: number) => (error: { statusCode?: number }) => error.statusCode === code;

test('run: output, exit status, the container behind it', async (t) => {
  const out = new PassThrough();
  const output = text(out);
  const [result, container] = await docker.run('busybox', ['sh', '-c', 'echo hello; exit 3'], out);
  t.after(() => container.remove({ force: true }).catch(() => {}));
  assert.equal(result.StatusCode, 3);
  out.end();
  assert.equal((await output).trim(), 'hello');
});

test('run with both channels apart', async (t) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const [stdout, stderr] = [text(out), text(err)];
  const argv = ['sh', '-c', 'echo out; echo err >&2'];
  const [, container] = await docker.run('busybox', argv, [out, err], { Tty: false });
  t.after(() => container.remove({ force: true }).catch(() => {}));
  out.end();
  err.end();
  assert.equal(await stdout, 'out\n');
  assert.equal(await stderr, 'err\n');
});

test('create, start, inspect, stop, start again, restart', async (t) => {
  const container = await made(t, { name: 'dode-life', Cmd: ['sleep', '300'], Labels: { who: 'judge' } });
  const created = await container.inspect();
  assert.equal(created.Name, '/dode-life');
  assert.equal(created.State.Status, 'created');
  assert.equal(created.Config.Labels.who, 'judge');
  await container.start();
  const running = await container.inspect();
  assert.equal(running.State.Running, true);
  assert.ok(running.State.Pid > 0);
  assert.match(running.NetworkSettings.Networks.bridge?.IPAddress ?? '', /^\d+\.\d+\.\d+\.\d+$/);
  await assert.rejects(container.start(), status(304));
  await container.stop({ t: 0 });
  const stopped = await container.inspect();
  assert.equal(stopped.State.Status, 'exited');
  assert.equal(stopped.State.ExitCode, 137);
  await assert.rejects(container.stop(), status(304));
  await container.start();
  const second = (await container.inspect()).State;
  await container.restart({ t: 0 });
  const third = (await container.inspect()).State;
  assert.ok(third.Running && third.Pid !== second.Pid);
});

test('who removes by force in the middle of a start removes what it starts', async (t) => {
  for (let round = 0; round < 5; round++) {
    const container = await made(t, { Cmd: ['sleep', '300'] });
    const starting = container.start().catch(() => {});
    await container.remove({ force: true });
    await starting;
    await assert.rejects(container.inspect(), status(404));
  }
});

test('a stop signal is obeyed within its time', async (t) => {
  const script = 'trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.05; done';
  const container = await started(t, { Cmd: ['sh', '-c', script], StopTimeout: 10 });
  await until('ready', async () =>
    (await container.logs({ stdout: true, follow: false })).toString().includes('ready'),
  );
  await container.stop();
  assert.equal((await container.inspect()).State.ExitCode, 7);
});

test('kill by name and number of the signal, and what a kill of the dead says', async (t) => {
  const script = 'trap "exit 20" USR1; echo ready; while :; do sleep 0.05; done';
  const container = await started(t, { Cmd: ['sh', '-c', script] });
  await until('ready', async () =>
    (await container.logs({ stdout: true, follow: false })).toString().includes('ready'),
  );
  const ended = container.wait();
  await container.kill({ signal: 'SIGUSR1' });
  assert.equal((await ended).StatusCode, 20);
  await assert.rejects(container.kill(), status(409));
  await container.start();
  await container.kill({ signal: 9 });
  await container.wait();
  assert.equal((await container.inspect()).State.ExitCode, 137);
});

test('wait for what comes next, for the removal, and for what has ended', async (t) => {
  const container = await made(t, { Cmd: ['sh', '-c', 'exit 5'], HostConfig: { AutoRemove: true } });
  const removed = container.wait({ condition: 'removed' });
  await container.start();
  assert.equal((await removed).StatusCode, 5);
  await assert.rejects(container.inspect(), status(404));

  const other = await made(t, { Cmd: ['sh', '-c', 'exit 6'] });
  const next = other.wait({ condition: 'next-exit' });
  await other.start();
  assert.equal((await next).StatusCode, 6);
  assert.equal((await other.wait()).StatusCode, 6);
});

test('pause and unpause', async (t) => {
  const container = await started(t);
  await container.pause();
  assert.equal((await container.inspect()).State.Status, 'paused');
  await assert.rejects(container.pause(), status(409));
  await container.unpause();
  assert.equal((await container.inspect()).State.Status, 'running');
});

test('rename and update', async (t) => {
  const container = await started(t, { name: 'dode-before' });
  await container.rename({ name: 'dode-after' });
  assert.equal((await docker.getContainer('dode-after').inspect()).Id, container.id);
  await assert.rejects(docker.getContainer('dode-before').inspect(), status(404));
  await container.update({
    Memory: 64 << 20,
    MemorySwap: -1,
    CpuShares: 512,
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 },
  });
  const { HostConfig } = await container.inspect();
  assert.equal(HostConfig.Memory, 64 << 20);
  assert.equal(HostConfig.CpuShares, 512);
  assert.deepEqual(HostConfig.RestartPolicy, { Name: 'on-failure', MaximumRetryCount: 2 });
});

test('a policy starts it again until it gives up', async (t) => {
  const container = await started(t, {
    Cmd: ['sh', '-c', 'exit 1'],
    HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } },
  });
  const last = await until('two restarts', async () => {
    const found = await container.inspect();
    return found.RestartCount === 2 && !found.State.Running && !found.State.Restarting ? found : undefined;
  });
  assert.equal(last.State.ExitCode, 1);
});

test('names: taken, unknown, refused', async (t) => {
  await made(t, { name: 'dode-taken' });
  await assert.rejects(
    docker.createContainer({ Image: 'busybox', name: 'dode-taken' }),
    (error: { statusCode: number; message: string }) =>
      error.statusCode === 409 && /already in use by container/.test(error.message),
  );
  await assert.rejects(docker.createContainer({ Image: 'busybox', name: 'bad name' }), status(400));
  await assert.rejects(docker.createContainer({ Image: 'there-is-none' }), status(404));
  await assert.rejects(docker.getContainer('dode-nowhere').start(), status(404));
});

test('what cannot start says so, with the status people know', async (t) => {
  const container = await made(t, { Cmd: ['/no/such/program'] });
  await assert.rejects(container.start(), (error: { statusCode: number; message: string }) => {
    assert.equal(error.statusCode, 400);
    assert.match(error.message, /no such file or directory/);
    return true;
  });
  assert.equal((await container.inspect()).State.ExitCode, 127);
});

test('removal: refused while it runs, forced, with its anonymous volumes', async (t) => {
  const container = await started(t, { Volumes: { '/data': {} } });
  const { Mounts } = await container.inspect();
  const volume = Mounts[0]?.Name ?? '';
  assert.match(volume, /^[0-9a-f]{64}$/);
  await assert.rejects(container.remove(), status(409));
  await container.remove({ force: true, v: true });
  await assert.rejects(container.inspect(), status(404));
  await assert.rejects(docker.getVolume(volume).inspect(), status(404));
});

test('list: filters, size, limit', async (t) => {
  const running = await started(t, { name: 'dode-list-1', Labels: { list: 'a' } });
  const ended = await started(t, { name: 'dode-list-2', Labels: { list: 'b' }, Cmd: ['false'] });
  await ended.wait();
  const ids = async (options: Parameters<typeof docker.listContainers>[0]) =>
    (await docker.listContainers(options)).map(({ Id }) => Id);
  assert.deepEqual(await ids({ filters: { label: ['list'] } }), [running.id]);
  assert.deepEqual(await ids({ all: true, filters: { label: ['list'] } }), [ended.id, running.id]);
  assert.deepEqual(await ids({ all: true, filters: { label: ['list=b'] } }), [ended.id]);
  assert.deepEqual(await ids({ all: true, filters: { exited: ['1'], name: ['dode-list'] } }), [ended.id]);
  assert.deepEqual(await ids({ filters: JSON.stringify({ status: ['running'], name: ['dode-list'] }) }), [
    running.id,
  ]);
  assert.deepEqual(await ids({ limit: 1, filters: { label: ['list'] } }), [ended.id]);
  const [row] = await docker.listContainers({ size: true, filters: { id: [running.id] } });
  assert.deepEqual(row?.Names, ['/dode-list-1']);
  assert.equal(row?.Image, 'busybox');
  assert.match(row?.Status ?? '', /^Up /);
  assert.ok(row !== undefined && 'SizeRootFs' in row);
});

test('prune takes what has ended and fits', async (t) => {
  const ended = await started(t, { Cmd: ['true'], Labels: { prune: 'yes' } });
  const kept = await started(t, { Cmd: ['true'] });
  await ended.wait();
  await kept.wait();
  const pruned = await docker.pruneContainers({ filters: { label: ['prune=yes'] } });
  assert.deepEqual(pruned.ContainersDeleted, [ended.id]);
  assert.equal(typeof pruned.SpaceReclaimed, 'number');
  assert.equal((await kept.inspect()).State.Status, 'exited');
});
