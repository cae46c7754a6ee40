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
