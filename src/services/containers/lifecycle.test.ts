import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layService, recordOf } from '../../../test/harness/containers/service.ts';
import { until } from '../../../test/harness/until.ts';
import { conflict, isKind } from '../../errors/minke-error.ts';
import { RuntimeFailure } from '../../keeper/contract.ts';
import { type MemoryProgram, waits } from '../../keeper/memory/memory-keeper.ts';
import { decode } from '../../kit/json/decode.ts';
import { ContainerUpdateBodySchema } from '../../wire/containers/create.ts';

const never = new AbortController().signal;
const exits =
  (code: number): MemoryProgram =>
  async () =>
    code;

test('a container is created, runs, ends, is removed; each step is told', async () => {
  const ground = await layService(() => exits(3));
  const { service } = ground;
  const id = await ground.create({ Labels: { a: 'b' } }, 'web');
  const created = await service.inspect('web', { size: false });
  assert.deepEqual([created.Id, created.Name, created.State?.Status], [id, '/web', 'created']);
  assert.deepEqual({ ...created.Config?.Labels }, { from: 'image', a: 'b' });
  const { result } = await service.wait(id, 'next-exit', never);
  await service.start(id);
  assert.deepEqual(await result, { StatusCode: 3 });
  const ended = await service.inspect(id, { size: false });
  assert.deepEqual([ended.State?.Status, ended.State?.ExitCode, ended.State?.Pid], ['exited', 3, 0]);
  await service.remove(id, { force: false, volumes: false, link: false });
  assert.deepEqual(ground.actions(), ['create', 'start', 'die', 'destroy']);
  const died = ground.heard.find(({ action }) => action === 'die');
  assert.deepEqual(died?.attributes, {
    from: 'image',
    a: 'b',
    exitCode: '3',
    execDuration: '0',
    image: 'busybox',
    name: 'web',
  });
  await assert.rejects(service.inspect(id, { size: false }), (error) => isKind(error, 'not-found'));
});

test('a container that is gone leaves nothing', async () => {
  const ground = await layService(() => exits(0));
  const id = await ground.create({ Volumes: { '/v': {} }, HostConfig: { IpcMode: 'shareable' } });
  const { result } = await ground.service.wait(id, 'next-exit', never);
  await ground.service.start(id);
  await result;
  await ground.service.remove(id, { force: false, volumes: true, link: false });
  assert.deepEqual(await ground.storage.list(), []);
  assert.equal(ground.folders.specs.size, 0);
  assert.equal(ground.folders.files.size, 0);
  assert.equal(ground.folders.shm.size, 0);
  assert.equal(ground.networks.joined.size, 0);
  assert.deepEqual(await ground.runtime.list(), []);
  assert.deepEqual(await ground.keeper.list(), []);
  assert.deepEqual((await ground.volumes.list(new Map())).volumes, []);
  assert.equal(ground.records.size, 0);
});

test('names: taken ones, bad ones, lookup by id before name before prefix', async () => {
  const ground = await layService();
  const first = await ground.create({}, 'one');
  await assert.rejects(
    ground.create({}, 'one'),
    (error) =>
      isKind(error, 'conflict') &&
      error.message.startsWith(
        `Conflict. The container name "/one" is already in use by container "${first}"`,
      ),
  );
  await assert.rejects(ground.create({}, 'a b'), /Invalid container name \(a b\), only \[a-zA-Z0-9\]/);
  const second = await ground.create({}, first.slice(0, 12));
  const found = async (ref: string) => (await ground.service.inspect(ref, { size: false })).Id;
  assert.equal(await found(first), first);
  assert.equal(await found(first.slice(0, 12)), second);
  assert.equal(await found(first.slice(0, 20)), first);
  assert.equal(await found('/one'), first);
  const random = await ground.create({});
  assert.match((await ground.service.inspect(random, { size: false })).Name ?? '', /^\/[a-z]+_[a-z]+$/);
});

test('a create that fails leaves nothing, and the name is free again', async () => {
  const ground = await layService();
  const { create } = ground.storage;
  ground.storage.create = async () => {
    throw conflict('no');
  };
  await assert.rejects(ground.create({ Volumes: { '/v': {} } }, 'xx'), /no/);
  ground.storage.create = create;
  assert.equal(ground.records.size, 0);
  assert.deepEqual((await ground.volumes.list(new Map())).volumes, []);
  await ground.create({}, 'xx');
});

test('a start that fails gives all back and says why', async () => {
  const ground = await layService(() => async () => {
    throw new RuntimeFailure('exec: "nope": executable file not found in $PATH');
  });
  const id = await ground.create({
    Cmd: ['nope'],
    HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } },
  });
  await assert.rejects(
    ground.service.start(id),
    (error) =>
      isKind(error, 'invalid') &&
      error.message ===
        'failed to create task for container: failed to create shim task: OCI runtime create failed: memory create failed: exec: "nope": executable file not found in $PATH',
  );
  const { State } = await ground.service.inspect(id, { size: false });
  assert.deepEqual([State?.Status, State?.ExitCode], ['created', 127]);
  assert.match(State?.Error ?? '', /executable file not found/);
  assert.equal(ground.networks.joined.size, 0);
  assert.equal(ground.keeper.openProxies.size, 0);
  assert.equal(ground.folders.specs.size, 0);
});

test('a network that can’t be joined fails the start as Docker words it', async () => {
  const ground = await layService();
  const id = await ground.create({});
  ground.networks.failure = conflict('Bind for 0.0.0.0:80 failed: port is already allocated');
  await assert.rejects(
    ground.service.start(id),
    (error) =>
      isKind(error, 'internal') &&
      error.message ===
        'failed to set up container networking: Bind for 0.0.0.0:80 failed: port is already allocated',
  );
  assert.equal((await ground.service.inspect(id, { size: false })).State?.ExitCode, 128);
  await ground.service.start(id);
});

test('--rm: removed at its end, and when it can’t be started; who waits for that is told', async () => {
  let fails = false;
  const ground = await layService(() => async () => {
    if (fails) throw new RuntimeFailure('no');
    return 5;
  });
  const id = await ground.create({ HostConfig: { AutoRemove: true } });
  const { result } = await ground.service.wait(id, 'removed', never);
  await ground.service.start(id);
  assert.deepEqual(await result, { StatusCode: 5 });
  assert.equal(ground.records.size, 0);
  fails = true;
  const second = await ground.create({ HostConfig: { AutoRemove: true } });
  await assert.rejects(ground.service.start(second));
  assert.equal(ground.records.size, 0);
  await until('files to go', async () => (await ground.storage.list()).length === 0);
});

test('stop: its signal, a wait, SIGKILL', async () => {
  const ground = await layService();
  const deaf = await ground.run({ StopSignal: 'SIGUSR1' });
  await ground.service.stop(deaf, { timeout: 0 });
  assert.deepEqual(
    ground.runtime.signals.map(({ signal }) => signal),
    [10, 9],
  );
  const { State } = await ground.service.inspect(deaf, { size: false });
  assert.equal(State?.ExitCode, 137);
  await assert.rejects(ground.service.stop(deaf, {}), (error) => isKind(error, 'not-modified'));
  const polite = await ground.run({});
  await ground.service.stop(polite, {});
  assert.equal((await ground.service.inspect(polite, { size: false })).State?.ExitCode, 143);
  assert.deepEqual(ground.actions().slice(-3), ['kill', 'die', 'stop']);
});

test('kill, pause, unpause, rename', async () => {
  const ground = await layService();
  const { service } = ground;
  const id = await ground.run({}, 'aa');
  await service.kill('aa', 'HUP');
  assert.equal(ground.runtime.signals.at(-1)?.signal, 1);
  await service.pause('aa');
  assert.equal((await ground.runtime.state(id))?.status, 'paused');
  await assert.rejects(service.pause('aa'), /Container \w+ is already paused/);
  await assert.rejects(service.start('aa'), /cannot start a paused container/);
  await service.unpause('aa');
  await assert.rejects(service.unpause('aa'), /is not paused/);
  await service.rename('aa', 'bb');
  assert.deepEqual(ground.networks.renamed, [[id, 'bb']]);
  await assert.rejects(service.rename('bb', 'bb'), /same name as its current name/);
  await assert.rejects(service.rename('bb', 'b c'), /Invalid container name \(\/b c\)/);
  await assert.rejects(
    service.remove('bb', { force: false, volumes: false, link: false }),
    /container is running/,
  );
  await service.kill('bb');
  await assert.rejects(service.kill('bb'), /container .* is not running/);
  await assert.rejects(service.kill('bb', 'NOPE'), /invalid signal: NOPE/);
});

test('a restart policy: as often as it says, not after a stop', async () => {
  const ground = await layService(() => exits(1));
  const id = await ground.run({
    HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } },
  });
  await until('the policy to give up', async () => {
    const { RestartCount, State } = await ground.service.inspect(id, { size: false });
    return RestartCount === 2 && State?.Status === 'exited';
  });
  assert.equal(ground.keeper.launched.length, 3);
  const always = await ground.run({ HostConfig: { RestartPolicy: { Name: 'always' } } });
  await until('a restart', async () => {
    return (await ground.service.inspect(always, { size: false })).State?.Status === 'restarting';
  });
  await ground.service.stop(always, {});
  assert.equal((await ground.service.inspect(always, { size: false })).State?.Status, 'exited');
  assert.equal(recordOf(ground, always).manuallyStopped, true);
});

test('a stop by hand is on disk before the end where a policy could undo it, else with the end', async () => {
  const ground = await layService();
  const stopped = (id: string) => recordOf(ground, id).manuallyStopped;
  const deaf = { StopSignal: 'SIGUSR1' };
  const always = await ground.run({ ...deaf, HostConfig: { RestartPolicy: { Name: 'always' } } });
  await ground.service.kill(always, 'USR1');
  assert.equal(stopped(always), true);
  const never = await ground.run({ ...deaf, HostConfig: { RestartPolicy: { Name: 'no' } } });
  await ground.service.kill(never, 'USR1');
  assert.equal(stopped(never), false);
  await ground.service.stop(never, { timeout: 0 });
  assert.equal(stopped(never), true);
});

test('restart by a client: no policy and no --rm comes between', async () => {
  const ground = await layService();
  const id = await ground.run({ HostConfig: { AutoRemove: true } });
  await ground.service.restart(id, { timeout: 0 });
  const { State } = await ground.service.inspect(id, { size: false });
  assert.equal(State?.Status, 'running');
  assert.deepEqual(ground.actions().slice(-4), ['die', 'stop', 'start', 'restart']);
  await ground.service.remove(id, { force: true, volumes: false, link: false });
});

test('lack of memory is seen and told', async () => {
  const ground = await layService();
  const id = await ground.run({});
  ground.cgroups.groups.set(`/docker/${id}`, { pids: [], frozen: false, oomKills: 1 });
  const { result } = await ground.service.wait(id, 'not-running', never);
  ground.keeper.end(id, 137);
  await result;
  assert.equal((await ground.service.inspect(id, { size: false })).State?.OOMKilled, true);
  assert.ok(ground.actions().includes('oom'));
});

test('an end that is told twice counts once', async () => {
  const ground = await layService();
  const id = await ground.run({});
  const [task] = await ground.keeper.list();
  const { result } = await ground.service.wait(id, 'not-running', never);
  ground.keeper.end(id, 0);
  await result;
  assert.ok(task);
  await ground.crash();
  assert.equal(ground.actions().filter((action) => action === 'die').length, 1);
});

test('what the spec of a started container says', async () => {
  const ground = await layService();
  const id = await ground.run({
    Env: ['A=1'],
    WorkingDir: '/w',
    HostConfig: {
      CapDrop: ['ALL'],
      Init: true,
      Binds: ['/src:/dst:ro', 'vol:/v'],
      Tmpfs: { '/t': 'size=1m' },
    },
  });
  const spec = ground.folders.specs.get(id);
  assert.deepEqual(spec?.process.args, ['/sbin/docker-init', '--', 'sh']);
  assert.ok(spec?.process.env.includes('A=1') && spec.process.env.includes('PATH=/bin'));
  assert.equal(spec?.process.cwd, '/w');
  assert.ok(ground.rootfs.folders.has('/w'));
  assert.deepEqual(spec?.process.capabilities?.bounding, []);
  const mount = (path: string) => spec?.mounts.find(({ destination }) => destination === path);
  assert.deepEqual(mount('/dst')?.options, ['rbind', 'rro', 'rprivate']);
  assert.equal(mount('/v')?.type, 'bind');
  assert.ok(mount('/t')?.options?.includes('size=1m'));
  assert.equal(mount('/etc/hosts')?.source, `/data/containers/${id}/hosts`);
  assert.match(ground.folders.readFile(id, 'hosts') ?? '', new RegExp(`192\\.0\\.2\\.7\t${id.slice(0, 12)}`));
  assert.equal(spec?.linux.seccomp?.defaultAction, 'SCMP_ACT_ERRNO');
  assert.deepEqual(
    spec?.linux.namespaces.find(({ type }) => type === 'network'),
    {
      type: 'network',
      path: `/run/netns/${id.slice(0, 12)}`,
    },
  );
});

test('operations on one container at once come one after the other', async () => {
  const ground = await layService();
  const id = await ground.create({});
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => ground.service.start(id)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(ground.keeper.launched.length, 1);
  const removals = await Promise.allSettled(
    Array.from({ length: 4 }, () => ground.service.remove(id, { force: true, volumes: false, link: false })),
  );
  assert.ok(removals.some(({ status }) => status === 'fulfilled'));
  assert.equal(ground.records.size, 0);
  assert.equal(ground.actions().filter((action) => action === 'destroy').length, 1);
});

test('counts', async () => {
  const ground = await layService(({ argv }) => (argv.includes('x') ? exits(0) : waits));
  await ground.create({});
  await ground.run({}, 'rr');
  await ground.run({}, 'pp');
  await ground.service.pause('pp');
  assert.deepEqual(ground.service.counts(), { total: 3, running: 1, paused: 1, stopped: 1 });
});

test('a sysctl of a namespace that is the host’s, come by through another container, is refused', async () => {
  const ground = await layService();
  const donor = await ground.run({ HostConfig: { NetworkMode: 'host', IpcMode: 'shareable' } });
  const { State } = await ground.service.inspect(donor, { size: false });
  const refuses = async (HostConfig: Record<string, unknown>, words: RegExp) => {
    const id = await ground.create({ HostConfig });
    await assert.rejects(ground.service.start(id), words);
    const failed = await ground.service.inspect(id, { size: false });
    assert.deepEqual([failed.State?.Status, failed.State?.ExitCode], ['created', 128]);
    assert.match(failed.State?.Error ?? '', words);
    await ground.service.remove(id, { force: false, volumes: true, link: false });
  };
  const network = { NetworkMode: `container:${donor}`, Sysctls: { 'net.ipv4.ip_forward': '0' } };
  const ipc = { IpcMode: `container:${donor}`, Sysctls: { 'kernel.msgmax': '4096' } };
  ground.proc.ownNamespaces.add(`/proc/${State?.Pid}/ns/net`).add(`/proc/${State?.Pid}/ns/ipc`);
  await refuses(network, /runc create failed: sysctl "net\.ipv4\.ip_forward" not allowed in host network/);
  await refuses(ipc, /sysctl "kernel\.msgmax" is not allowed in the hosts ipc namespace/);
  await refuses({ Sysctls: { 'kernel.core_pattern': 'x' } }, /is not in a separate kernel namespace/);
  ground.proc.ownNamespaces.clear();
  await ground.run({ HostConfig: network });
  await ground.run({ HostConfig: ipc });
});

test('values of log options are judged at start, containers to join at create', async () => {
  const ground = await layService();
  const id = await ground.create({
    HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': 'big' } } },
  });
  await assert.rejects(ground.service.start(id), {
    message: "failed to create task for container: failed to initialize logging driver: invalid size: 'big'",
  });
  for (const HostConfig of [{ PidMode: 'container:nobody' }, { IpcMode: 'container:nobody' }])
    await assert.rejects(ground.create({ HostConfig }), { message: 'No such container: nobody' });
});

test('the limit of processes: lifted at once, kept as 0, and no limit at the next start', async () => {
  const ground = await layService();
  const { service } = ground;
  const id = await ground.run({ HostConfig: { PidsLimit: 9 } }, 'box');
  await service.update('box', decode(ContainerUpdateBodySchema, { PidsLimit: -1 }));
  assert.deepEqual(ground.runtime.updates.at(-1)?.resources, { pids: { limit: -1 } });
  assert.equal((await service.inspect('box', { size: false })).HostConfig?.PidsLimit, 0);
  await service.restart('box', {});
  assert.equal(ground.folders.specs.get(id)?.linux.resources?.pids, undefined);
});
