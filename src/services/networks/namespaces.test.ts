import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryNetworkStack } from '../../host/netns/memory.ts';
import { type Namespace, Namespaces } from './namespaces.ts';

function pool(prepared: (namespace: Namespace) => Promise<void>) {
  const stack = new MemoryNetworkStack();
  const warnings: string[] = [];
  let count = 0;
  const namespaces = new Namespaces({
    stack,
    folder: '/run/netns',
    ready: 2,
    newId: () => {
      count += 1;
      return `${count}`.padStart(12, '0').padEnd(64, '0');
    },
    prepare: async (namespace) => {
      await stack.run([{ do: 'add-namespace', path: namespace.path }]);
      await prepared(namespace);
    },
    warn: (message) => {
      warnings.push(message);
    },
  });
  return { namespaces, stack, warnings };
}

test('what is ready is taken first, and made good later', async () => {
  const prepared: string[] = [];
  const { namespaces, stack } = pool(async ({ path }) => {
    prepared.push(path);
  });
  await namespaces.settle();
  assert.equal(prepared.length, 2);
  assert.equal((await namespaces.take()).path, prepared[0]);
  await namespaces.settle();
  assert.equal(prepared.length, 3);
  await namespaces.close();
  assert.deepEqual(await stack.namespaces('/run/netns'), [prepared[0]]);
});

test('one that can’t be removed keeps no other', async () => {
  const { namespaces, stack, warnings } = pool(async () => {});
  const [first, second, third] = [await namespaces.take(), await namespaces.take(), await namespaces.take()];
  stack.refuse = (step) =>
    step.do === 'remove-namespace' && step.path === second.path ? 'EBUSY' : undefined;
  for (const { path } of [first, second, third]) namespaces.give(path);
  await namespaces.close();
  assert.deepEqual(await stack.namespaces('/run/netns'), [second.path]);
  assert.deepEqual(warnings, [`network namespace ${second.path} can't be removed`]);
});

test('one that is in the making when the daemon ends goes too', async () => {
  const begun = Promise.withResolvers<void>();
  const may = Promise.withResolvers<void>();
  const { namespaces, stack, warnings } = pool(() => {
    begun.resolve();
    return may.promise;
  });
  const filling = namespaces.settle();
  await begun.promise;
  const closing = namespaces.close();
  may.resolve();
  await Promise.all([filling, closing]);
  assert.deepEqual(await stack.namespaces('/run/netns'), []);
  assert.deepEqual(warnings, []);
});
