import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { test } from 'node:test';
import { layService } from '../../../../test/harness/containers/service.ts';
import { until } from '../../../../test/harness/until.ts';
import { isKind } from '../../../errors/minke-error.ts';
import { RuntimeFailure } from '../../../keeper/contract.ts';
import { waits } from '../../../keeper/memory/memory-keeper.ts';
import { decode } from '../../../kit/json/decode.ts';
import { ExecCreateBodySchema } from '../../../wire/containers/exec.ts';
import { FrameReader } from '../../../wire/stdcopy.ts';

const never = new AbortController().signal;
const body = (parts: Record<string, unknown>) => decode(ExecCreateBodySchema, { Cmd: ['x'], ...parts });
const startBody = { Detach: false, Tty: false, ConsoleSize: undefined };

test('an exec: created, started, attached, ended, asked about', async () => {
  const ground = await layService((task) =>
    task.kind === 'exec'
      ? async ({ write, stdin }) => {
          write('stdout', (await text(stdin)).toUpperCase());
          return 4;
        }
      : waits,
  );
  const { service } = ground;
  const container = await ground.run({}, 'box');
  const { Id } = await service.execCreate(
    'box',
    body({ Cmd: ['tr', 'a'], AttachStdin: true, AttachStdout: true, Env: ['E=1'] }),
  );
  assert.equal((await service.execInspect(Id)).Running, false);
  const attached = await service.execStart(Id, startBody, never);
  assert.ok(attached !== null && !attached.tty);
  const stream = await attached.open();
  stream.end('hello');
  const frames = [...new FrameReader().push(await buffer(stream))];
  assert.deepEqual(
    frames.map((frame) => [frame.stream, frame.payload.toString()]),
    [['stdout', 'HELLO']],
  );
  const found = await until('the exec to end', async () => {
    const seen = await service.execInspect(Id);
    return seen.Running ? undefined : seen;
  });
  assert.deepEqual([found.Running, found.ExitCode, found.ContainerID], [false, 4, container]);
  assert.deepEqual(found.ProcessConfig, {
    tty: false,
    entrypoint: 'tr',
    arguments: ['a'],
    privileged: false,
  });
  assert.deepEqual(ground.actions().slice(2), ['exec_create: tr a', 'exec_start: tr a', 'exec_die']);
  const task = ground.keeper.launched.at(-1);
  assert.deepEqual([task?.kind, task?.container, task?.openStdin], ['exec', container, true]);
  await assert.rejects(service.execStart(Id, startBody, never), /has already run/);
  assert.equal(ground.folders.processes.size, 0);
});

test('an exec that can’t be started tells in its stream, or in the error where nobody is attached', async () => {
  const ground = await layService((task) => async (process) => {
    if (task.kind === 'exec') throw new RuntimeFailure('exec: "x": executable file not found in $PATH');
    return waits(process);
  });
  await ground.run({}, 'box');
  const first = await ground.service.execCreate('box', body({ AttachStdout: true }));
  const attached = await ground.service.execStart(first.Id, startBody, never);
  assert.ok(attached);
  assert.match(
    (await buffer(await attached.open())).toString(),
    /OCI runtime exec failed: exec failed: .*not found in \$PATH\r\n$/,
  );
  assert.equal((await ground.service.execInspect(first.Id)).ExitCode, 127);
  const second = await ground.service.execCreate('box', body({}));
  await assert.rejects(
    ground.service.execStart(second.Id, { ...startBody, Detach: true }, never),
    (error) => isKind(error, 'invalid') && /executable file not found/.test(error.message),
  );
});

test('an exec that was not started is told of by inspect and goes with the run of its container', async () => {
  const ground = await layService();
  const { service } = ground;
  await ground.run({}, 'box');
  const { Id } = await service.execCreate('box', body({}));
  assert.deepEqual((await service.inspect('box', { size: false })).ExecIDs, [Id]);
  await service.stop('box', {});
  assert.equal((await service.inspect('box', { size: false })).ExecIDs, null);
  await service.start('box');
  await assert.rejects(service.execStart(Id, startBody, never), /No such exec instance/);
  await assert.rejects(service.execInspect(Id), (error) => isKind(error, 'not-found'));
});

test('what an exec is refused for', async () => {
  const ground = await layService();
  const { service } = ground;
  await ground.run({}, 'box');
  await assert.rejects(service.execCreate('box', body({ Cmd: [] })), /No exec command specified/);
  await assert.rejects(service.execCreate('box', body({ User: 'nobody' })), (error) =>
    isKind(error, 'invalid'),
  );
  await assert.rejects(
    service.execCreate('box', body({ WorkingDir: '/proc/self/fd/7' })),
    /must not be below \/proc/,
  );
  await assert.rejects(service.execCreate('box', body({ DetachKeys: 'nope' })), /Invalid escape keys/);
  await service.pause('box');
  await assert.rejects(
    service.execCreate('box', body({})),
    /Container box is paused, unpause the container before exec/,
  );
  await service.unpause('box');
  await service.stop('box', {});
  await assert.rejects(
    service.execCreate('box', body({})),
    (error) => isKind(error, 'conflict') && /is not running/.test(error.message),
  );
  await assert.rejects(service.execInspect('nope'), /No such exec instance: nope/);
});

test('a thousand execs leave nothing behind', async () => {
  const ground = await layService((task) => (task.kind === 'exec' ? async () => 0 : waits));
  const container = await ground.run({}, 'box');
  const ids: string[] = [];
  for (let index = 0; index < 1000; index++) {
    const { Id } = await ground.service.execCreate('box', body({}));
    await ground.service.execStart(Id, { ...startBody, Detach: true }, never);
    ids.push(Id);
  }
  for (const id of ids)
    await until('an exec to end', async () => !(await ground.service.execInspect(id)).Running, { every: 1 });
  await until('the keeper to forget them', async () => (await ground.keeper.list()).length === 1);
  assert.deepEqual(
    (await ground.keeper.list()).map(({ id }) => id),
    [container],
  );
  assert.equal(ground.folders.processes.size, 0);
  assert.equal((await ground.service.inspect('box', { size: false })).ExecIDs, null);
});
