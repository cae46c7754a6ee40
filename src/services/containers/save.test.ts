import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { containerOf, contextOf } from '../../../test/harness/containers/context.ts';
import { silentLogger } from '../../kit/log/logger.ts';
import { type Context, save, saveNow } from './context.ts';
import type { ContainerRecord } from './record/record.ts';

/** A disk that is full or not. */
function disk(): { full: boolean; written: ContainerRecord[]; context: Context } {
  const ground = { full: true, written: [] as ContainerRecord[] };
  const records: Partial<Context['records']> = {
    async put(_id, record) {
      if (ground.full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      ground.written.push(record);
    },
  };
  const context = contextOf({ records: records as Context['records'], logger: silentLogger });
  return Object.assign(ground, { context });
}

test('a record that found no room is written once there is some, as it is by then', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const ground = disk();
    const container = containerOf();
    save(ground.context, container, { restartCount: 1 });
    save(ground.context, container, { restartCount: 2 });
    await Promise.resolve();
    mock.timers.tick(10_000);
    await Promise.resolve();
    assert.deepEqual(ground.written, []);
    ground.full = false;
    mock.timers.tick(10_000);
    await Promise.resolve();
    assert.deepEqual(
      ground.written.map(({ restartCount }) => restartCount),
      [2],
    );
  } finally {
    mock.timers.reset();
  }
});

test('a name that can’t be written down is not taken', async () => {
  const ground = disk();
  const container = containerOf();
  await assert.rejects(saveNow(ground.context, container, { name: 'new' }), { code: 'ENOSPC' });
  assert.equal(container.name, 'box');
  ground.full = false;
  await saveNow(ground.context, container, { name: 'new' });
  assert.equal(container.name, 'new');
});
