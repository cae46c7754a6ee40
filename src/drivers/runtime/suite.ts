/** What every OCI runtime driver keeps. `begin` starts a container as the keeper would, from the driver's own argv. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKind } from '../../errors/minke-error.ts';
import type { OciRuntime, RuntimeContainer } from './contract.ts';

export interface RuntimeGround {
  readonly runtime: OciRuntime;
  /** Starts a container whose process sleeps until it gets a signal, and ends by any. */
  begin(id: string): Promise<RuntimeContainer>;
  /** Resolves when the container's process has ended (reaped by whoever started it). */
  ended(id: string): Promise<void>;
  clear(): Promise<void>;
}

export function runtimeSuite(name: string, lay: () => Promise<RuntimeGround>): void {
  const on = (title: string, run: (ground: RuntimeGround) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const ground = await lay();
      try {
        await run(ground);
      } finally {
        await ground.clear();
      }
    });

  on('a probe names program and version', async ({ runtime }) => {
    const found = await runtime.probe();
    assert.equal(found.usable, true, found.reason ?? '');
    assert.match(found.path, /^\//);
    assert.match(found.version, /^\d/);
  });

  on('command lines hold the placeholders that the keeper fills in', async ({ runtime }) => {
    const options = { id: 'abc', bundle: '/b', processFile: '/p', tty: false };
    const holds = (argv: string[], word: string) => argv.some((part) => part.includes(word));
    for (const make of [runtime.runArgv.bind(runtime), runtime.execArgv.bind(runtime)]) {
      assert.ok(holds(make(options), '{PID_FILE}'));

      assert.ok(!holds(make(options), '{CONSOLE_SOCKET}'));
      assert.ok(holds(make({ ...options, tty: true }), '{CONSOLE_SOCKET}'));
      assert.ok(make(options).includes('abc'));
    }
  });

  on('a container runs, stands still, goes on, ends, is removed', async ({ runtime, begin, ended }) => {
    const container = await begin('suite-life');
    assert.equal((await runtime.state(container.id))?.status, 'running');
    assert.ok((await runtime.list()).includes(container.id));
    await runtime.pause(container);
    assert.equal((await runtime.state(container.id))?.status, 'paused');
    await runtime.resume(container);
    assert.equal((await runtime.state(container.id))?.status, 'running');
    await runtime.kill(container, 9);
    await ended(container.id);
    await runtime.delete(container);
    assert.equal(await runtime.state(container.id), null);
    assert.ok(!(await runtime.list()).includes(container.id));
    await runtime.delete(container);
  });

  on('limits change while it runs', async ({ runtime, begin }) => {
    const container = await begin('suite-update');
    await runtime.update(container.id, { memory: { limit: 64 * 1024 ** 2 } });
    await runtime.update(container.id, { pids: { limit: 50 } });
    await runtime.update(container.id, { pids: { limit: -1 } });
    await runtime.kill(container, 9);
  });

  on('a container that has gone can’t be signalled', async ({ runtime, begin, ended }) => {
    const container = await begin('suite-gone');
    await runtime.kill(container, 9);
    await ended(container.id);
    await runtime.delete(container);
    await assert.rejects(runtime.kill(container, 15), (error) => isKind(error, 'not-found'));
  });

  on('removal ends what still runs', async ({ runtime, begin, ended }) => {
    const container = await begin('suite-force');
    await runtime.kill(container, 9, { all: true });
    await ended(container.id);
    await runtime.delete(container);
    assert.deepEqual(await runtime.list(), []);
  });

  on('what nobody made is removed without complaint', async ({ runtime }) => {
    await runtime.delete({ id: 'suite-nothing', cgroup: '/minke-suite/nothing', process: null });
    assert.equal(await runtime.state('suite-nothing'), null);
  });
}
