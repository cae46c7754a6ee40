/** Composed trees on kernels without mount_setattr(2), and what is left of trees. Needs root. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { composeTree } from '../../../src/host/archive/compose.ts';
import type { TreePlan } from '../../../src/host/archive/contract.ts';
import { ArchiveThreads } from '../../../src/host/archive/threads.ts';
import { useMountAttributes } from '../../../src/host/mount/linux/detached.ts';
import { until } from '../../harness/until.ts';
import { archiveWorker, mountsBelow, temporary } from '../storage/ground.ts';

interface Orders {
  readonly plan: TreePlan;
  readonly attributes: boolean;
}

/** What writing to a file of a tree comes to. */
function attempt(path: string): string {
  try {
    writeFileSync(path, 'x');
    return 'written';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

if (!isMainThread) {
  const { plan, attributes }: Orders = workerData;
  useMountAttributes(attributes);
  const cwd = process.cwd();
  try {
    const fd = composeTree(plan.root, plan.mounts, plan.writable);
    const tree = `/proc/self/fd/${fd}`;
    parentPort?.postMessage({
      root: attempt(join(tree, 'x')),
      open: attempt(join(tree, 'open/x')),
      closed: attempt(join(tree, 'closed/x')),
      below: attempt(join(tree, 'closed/below/x')),
      home:
        process.cwd() === cwd &&
        readFileSync('/proc/thread-self/mountinfo', 'utf8') === readFileSync('/proc/self/mountinfo', 'utf8'),
    });
  } catch (error) {
    parentPort?.postMessage({ error: String(error) });
  }
}

async function composed(plan: TreePlan, attributes: boolean): Promise<unknown> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { plan, attributes } });
  const [answer]: unknown[] = await once(worker, 'message');
  await worker.terminate();
  return answer;
}

const bind = {
  kind: 'bind',
  subpath: '',
  recursive: true,
  readOnlyBelow: 'possible',
  writable: true,
} as const;

if (isMainThread) {
  for (const attributes of [true, false])
    test(`read-only ${attributes ? 'with' : 'without'} mount_setattr`, async (context) => {
      const base = temporary(context, 'compose');
      for (const name of ['root', 'a', 'b/below']) mkdirSync(join(base, name), { recursive: true });
      const plan: TreePlan = {
        root: join(base, 'root'),
        writable: false,
        mounts: [
          { ...bind, source: join(base, 'a'), destination: '/open' },
          { ...bind, source: join(base, 'b'), destination: '/closed', writable: false },
        ],
      };
      assert.deepEqual(await composed(plan, attributes), {
        root: 'EROFS',
        open: 'written',
        closed: 'EROFS',
        below: 'EROFS',
        home: true,
      });
      assert.deepEqual(mountsBelow(base), []);
      const demanded: TreePlan = {
        ...plan,
        mounts: [
          { ...bind, source: join(base, 'b'), destination: '/c', writable: false, readOnlyBelow: 'demanded' },
        ],
      };
      const answer = JSON.stringify(await composed(demanded, attributes));
      assert.equal(answer.includes('mount_setattr: ENOSYS'), !attributes, answer);
    });

  test('what can not be composed leaves nothing', async (context) => {
    const base = temporary(context, 'compose');
    for (const name of ['root', 'a']) mkdirSync(join(base, name));
    writeFileSync(join(base, 'root/file'), '');
    const archives = new ArchiveThreads({ entry: archiveWorker });
    context.after(() => archives.close());
    const plan = (source: string, destination: string, subpath = ''): TreePlan => ({
      root: join(base, 'root'),
      writable: true,
      mounts: [{ ...bind, source, destination, subpath }],
    });
    const tree = await archives.compose(plan(join(base, 'a'), '/a'));
    const fds = readdirSync('/proc/self/fd').length;
    for (const bad of [
      plan(join(base, 'nothing'), '/x'),
      plan(join(base, 'a'), '/file'),
      plan(join(base, 'a'), '/file/x'),
      plan(join(base, 'a'), '/x', 'nothing'),
    ])
      await assert.rejects(archives.compose(bad));
    await until('descriptors to be closed', () => readdirSync('/proc/self/fd').length <= fds);
    tree.close();
    tree.close();
    await until('those of the tree to be closed', () => readdirSync('/proc/self/fd').length <= fds - 1);
    await assert.rejects(tree.stat('/'));
    assert.deepEqual(mountsBelow(base), []);
    await assert.rejects(archives.compose({ ...plan('/', '/x'), root: join(base, 'no-root') }));
  });

  test('two at a time, and what one of them writes the other reads', async (context) => {
    const base = temporary(context, 'compose');
    for (const name of ['root', 'a']) mkdirSync(join(base, name));
    const archives = new ArchiveThreads({ entry: archiveWorker });
    context.after(() => archives.close());
    const plan: TreePlan = {
      root: join(base, 'root'),
      writable: true,
      mounts: [{ ...bind, source: join(base, 'a'), destination: '/a' }],
    };
    const trees = await Promise.all([1, 2, 3].map(() => archives.compose(plan)));
    writeFileSync(join(base, 'a/new'), 'abc');
    for (const tree of trees) assert.equal((await tree.stat('/a/new')).size, 3);
    for (const tree of trees) tree.close();
  });
}
