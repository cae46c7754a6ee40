/** What every keeper does: `keeper/memory/` and the real one (`test/integration/keeper/`). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { isKind } from '../errors/minke-error.ts';
import type { TaskExit, TaskSpec, TaskStatus } from '../wire/keeper.ts';
import { FrameReader } from '../wire/stdcopy.ts';
import { type Keeper, RuntimeFailure } from './contract.ts';

/** What the process of a task does. */
export type Behaviour =
  /** Writes and ends. */
  | { readonly does: 'say'; readonly stdout?: string; readonly stderr?: string; readonly code: number }
  /** Copies its input to its output until it ends, then ends with 0. */
  | { readonly does: 'echo' }
  /** Nothing, until it is killed. */
  | { readonly does: 'wait' }
  /** The runtime can't start it; its words contain `no-such-program`. */
  | { readonly does: 'fail' };

export type TaskOptions = Partial<Pick<TaskSpec, 'kind' | 'tty' | 'openStdin' | 'stdinOnce'>>;

export interface KeeperUnderTest {
  readonly keeper: Keeper;
  /** A task with a new id. */
  task(behaviour: Behaviour, options?: TaskOptions): Promise<TaskSpec>;
  kill(task: TaskSpec): void;
}

async function received(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (bytes: Buffer) => chunks.push(bytes));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

function unframed(bytes: Buffer): { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' };
  for (const { stream, payload } of new FrameReader().push(bytes)) {
    if (stream === 'stdout' || stream === 'stderr') texts[stream] += payload.toString();
  }
  return texts;
}

function exitOf(keeper: Keeper, id: string): Promise<TaskStatus & { exit: TaskExit }> {
  return new Promise((resolve) => {
    const stop = keeper.onExit((task) => {
      if (task.id !== id) return;
      stop();
      resolve(task);
    });
  });
}

const all = { stdin: true, stdout: true, stderr: true };

export function keeperSuite(name: string, open: () => Promise<KeeperUnderTest>): void {
  const check = (what: string, body: (under: KeeperUnderTest) => Promise<void>) =>
    test(`${name}: ${what}`, { timeout: 300_000 }, async () => body(await open()));

  check('output, exit and list', async ({ keeper, task }) => {
    const spec = await task({ does: 'say', stdout: 'out\n', stderr: 'err\n', code: 7 });
    const stream = await keeper.attach({ task: spec.id, ...all });
    const output = received(stream);
    const exit = exitOf(keeper, spec.id);
    const status = await keeper.launch(spec);
    assert.equal(status.id, spec.id);
    assert.ok(status.pid > 0);
    assert.match(status.startedAt, /^\d{4}-.*Z$/);
    assert.deepEqual(unframed(await output), { stdout: 'out\n', stderr: 'err\n' });
    assert.equal((await exit).exit.code, 7);
    const listed = (await keeper.list()).find(({ id }) => id === spec.id);
    assert.equal(listed?.exit?.code, 7);
    await keeper.forget(spec.id);
    await keeper.forget(spec.id);
    assert.equal(
      (await keeper.list()).find(({ id }) => id === spec.id),
      undefined,
    );
  });

  check('input, and its end by half-close', async ({ keeper, task }) => {
    const spec = await task({ does: 'echo' }, { openStdin: true, stdinOnce: true });
    const stream = await keeper.attach({ task: spec.id, ...all });
    const output = received(stream);
    // Sent before the process is there.
    stream.write('early ');
    await keeper.launch(spec);
    stream.end('late');
    assert.equal(unframed(await output).stdout, 'early late');
  });

  check('an exec closes its input with its client', async ({ keeper, task }) => {
    const spec = await task({ does: 'echo' }, { kind: 'exec', openStdin: true });
    const stream = await keeper.attach({ task: spec.id, ...all });
    const output = received(stream);
    await keeper.launch(spec);
    stream.end('x');
    assert.equal(unframed(await output).stdout, 'x');
  });

  check('input that stays open ends only the attachment', async ({ keeper, task, kill }) => {
    const spec = await task({ does: 'echo' }, { openStdin: true });
    const first = await keeper.attach({ task: spec.id, ...all });
    const firstOutput = received(first);
    await keeper.launch(spec);
    first.end();
    await firstOutput;
    const second = await keeper.attach({ task: spec.id, ...all });
    // Frames may come in pieces.
    const said = new Promise<void>((resolve) => {
      const reader = new FrameReader();
      let text = '';
      second.on('data', (bytes: Buffer) => {
        for (const { payload } of reader.push(bytes)) text += payload.toString();
        if (text === 'again') resolve();
      });
    });
    second.write('again');
    await said;
    const exit = exitOf(keeper, spec.id);
    kill(spec);
    assert.equal((await exit).exit.code, 137);
    second.destroy();
  });

  check('all who are attached get the output', async ({ keeper, task }) => {
    const spec = await task({ does: 'say', stdout: 'same\n', code: 0 });
    const attach = () => keeper.attach({ task: spec.id, ...all, stdin: false });
    const outputs = (await Promise.all([attach(), attach(), attach()])).map(received);
    await keeper.launch(spec);
    for (const output of outputs) assert.equal(unframed(await output).stdout, 'same\n');
  });

  check('a terminal has no frames and its size', async ({ keeper, task }) => {
    const spec = await task({ does: 'echo' }, { tty: true, openStdin: true });
    const stream = await keeper.attach({ task: spec.id, ...all });
    const seen = new Promise<void>((resolve) => {
      let text = '';
      stream.on('data', (bytes: Buffer) => {
        text += bytes.toString('latin1');
        if (text.includes('typed')) resolve();
      });
    });
    await keeper.launch(spec);
    await keeper.resize(spec.id, { height: 11, width: 22 });
    stream.write('typed\n');
    await seen;
    stream.destroy();
  });

  check('a runtime that fails', async ({ keeper, task }) => {
    const spec = await task({ does: 'fail' });
    await assert.rejects(keeper.launch(spec), (error: unknown) => {
      assert.ok(isKind(error, 'internal'));
      assert.ok(error.cause instanceof RuntimeFailure);
      assert.match(error.cause.runtimeOutput, /no-such-program/);
      return true;
    });
    assert.equal(
      (await keeper.list()).find(({ id }) => id === spec.id),
      undefined,
    );
  });

  check('a running task is neither launched again nor forgotten', async ({ keeper, task, kill }) => {
    const spec = await task({ does: 'wait' });
    await keeper.launch(spec);
    await assert.rejects(keeper.launch(spec), (error) => isKind(error, 'conflict'));
    await assert.rejects(keeper.forget(spec.id), (error) => isKind(error, 'conflict'));
    const exit = exitOf(keeper, spec.id);
    kill(spec);
    assert.equal((await exit).exit.code, 137);
    await assert.rejects(keeper.resize(spec.id, { height: 1, width: 1 }), (error) =>
      isKind(error, 'conflict'),
    );
    await assert.rejects(keeper.resize('none', { height: 1, width: 1 }), (error) =>
      isKind(error, 'not-found'),
    );
  });

  check('attaching to what has ended ends; aborting destroys', async ({ keeper, task, kill }) => {
    const ended = await task({ does: 'say', code: 0 });
    const exit = exitOf(keeper, ended.id);
    await keeper.launch(ended);
    await exit;
    const stream = await keeper.attach({ task: ended.id, ...all, stdin: false });
    assert.equal((await received(stream)).length, 0);
    const waiting = await task({ does: 'wait' });
    const controller = new AbortController();
    const attached = await keeper.attach({ task: waiting.id, ...all }, controller.signal);
    await keeper.launch(waiting);
    const failed = once(attached, 'error');
    controller.abort();
    assert.ok(isKind((await failed)[0], 'cancelled'));
    kill(waiting);
  });
}
