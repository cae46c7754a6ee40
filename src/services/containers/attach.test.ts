import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layService } from '../../../test/harness/containers/service.ts';

const never = new AbortController().signal;

test('who attaches for the next start waits until the keeper has forgotten the run before', async () => {
  const { service, keeper, create } = await layService(() => async () => 0);
  const id = await create({ OpenStdin: true }, 'again');
  const gate = Promise.withResolvers<void>();
  const calls: string[] = [];
  const [forget, attach] = [keeper.forget.bind(keeper), keeper.attach.bind(keeper)];
  keeper.forget = async (task) => {
    await gate.promise;
    calls.push('forget');
    await forget(task);
  };
  keeper.attach = async (...args) => {
    calls.push('attach');
    return attach(...args);
  };
  const { result } = await service.wait(id, 'next-exit', never);
  await service.start(id);
  await result;
  const request = { stdin: true, stdout: true, stderr: true, logs: false, stream: true };
  const [{ stream }] = await Promise.all([service.attach(id, request, never), gate.resolve()]);
  assert.deepEqual(calls, ['forget', 'attach']);
  stream.destroy();
});

const watching = { stdin: false, stdout: true, stderr: true, logs: false, stream: true };

test('what a container with --rm wrote comes, though it is gone by then', async () => {
  const { service, create } = await layService(() => async (process) => {
    process.write('stdout', 'last words\n');
    return 0;
  });
  const id = await create({ HostConfig: { AutoRemove: true } });
  const removed = await service.wait(id, 'removed', never);
  const { stream } = await service.attach(id, watching, never);
  await service.start(id);
  await removed.result;
  const bytes: Buffer[] = [];
  for await (const chunk of stream) bytes.push(chunk);
  assert.match(Buffer.concat(bytes).toString(), /last words\n$/);
});

test('who waits for a start is let go when the container is removed', async () => {
  const { service, create } = await layService();
  const id = await create({});
  const { stream } = await service.attach(id, watching, never);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.on('error', () => {});
  await service.remove(id, { force: false, volumes: false, link: false });
  await closed;
});
