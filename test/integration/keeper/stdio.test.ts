/** Input and output of containers by the real keeper. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { sealedCopy } from '../../../src/host/process/posix/sealed-copy.ts';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import type { TaskSpec } from '../../../src/wire/keeper.ts';
import { FrameReader } from '../../../src/wire/stdcopy.ts';
import { argvOf } from '../../harness/processes.ts';
import { until } from '../../harness/until.ts';
import { Ground } from './ground.ts';

let ground: Ground;
let keeper: KeeperClient;
before(async () => {
  ground = await Ground.make();
  keeper = await ground.open();
});
after(async () => assert.deepEqual(await ground.close(), { retired: true }));

const output = { stdin: false, stdout: true, stderr: true };

async function outputOf(task: TaskSpec): Promise<{ stdout: string; stderr: string }> {
  const stream = await keeper.attach({ task: task.id, ...output });
  const received = stream.toArray();
  await keeper.launch(task);
  const texts = { stdout: '', stderr: '' };
  for (const frame of new FrameReader().push(Buffer.concat(await received))) {
    if (frame.stream === 'stdout' || frame.stream === 'stderr')
      texts[frame.stream] += frame.payload.toString();
  }
  return texts;
}

const exitOf = (id: string): Promise<number> =>
  new Promise((resolve) => {
    keeper.onExit((task) => {
      if (task.id === id) resolve(task.exit.code);
    });
  });

const rssOf = async (pid: number): Promise<number> =>
  Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

for (const runtime of ['crun', 'runc'] as const) {
  test(`${runtime}: a user without rights opens /dev/stdout and /dev/stderr anew`, async () => {
    const script = 'echo out >/dev/stdout; echo err >/dev/stderr; cat /dev/stdin';
    const task = await ground.container({ args: ['sh', '-c', script], uid: 1000 }, {}, runtime);
    assert.deepEqual(await outputOf(task), { stdout: 'out\n', stderr: 'err\n' });
  });

  test(`${runtime}: a container has no descriptors but its own`, async () => {
    const task = await ground.container({ args: ['sh', '-c', 'ls /proc/$$/fd; exit 0'] }, {}, runtime);
    const { stdout } = await outputOf(task);
    // The shell's 10 is its script or terminal; what is beyond would be ours.
    assert.deepEqual(stdout.trim().split('\n').slice(0, 3), ['0', '1', '2']);
    assert.ok(stdout.trim().split('\n').length <= 4, stdout);
  });
}

test('a runtime from a sealed copy leaves no descriptor of it to the container', async (t) => {
  if (sealedCopy('/bin/busybox') === null) return t.skip('this host allows no sealed copies');
  const args = ['sh', '-c', 'ls /proc/$$/fd; exit 0'];
  const { stdout } = await outputOf(await ground.container({ args }, { sealed: true }));
  assert.deepEqual(stdout.trim().split('\n').slice(0, 3), ['0', '1', '2']);
  assert.ok(stdout.trim().split('\n').length <= 4, stdout);
});

test('a runtime that can not run from a copy, as a script, runs as it is', async () => {
  const task = await ground.container({ args: ['echo', 'words'] });
  const [program = '', ...rest] = task.argv;
  const script = `${ground.folder}/runtime`;
  await writeFile(script, `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  assert.deepEqual(await outputOf({ ...task, sealed: true, argv: [script, ...rest] }), {
    stdout: 'words\n',
    stderr: '',
  });
});

test('the folder and the socket are for one user only', async () => {
  assert.equal((await stat(ground.keeperRoot)).mode & 0o777, 0o700);
  assert.equal((await stat(`${ground.keeperRoot}/keeper.sock`)).mode & 0o777, 0o600);
  const title = await readFile(`/proc/${keeper.pid}/cmdline`, 'utf8');
  assert.match(title, /^minke-keeper/);
});

test('a client that reads nothing stops the process, costs no memory, and frees it by leaving', async () => {
  const task = await ground.container({ args: ['sh', '-c', 'yes | head -c 60000000; exit 4'] });
  const stuck = await keeper.attach({ task: task.id, ...output });
  const exit = exitOf(task.id);
  const before = await rssOf(keeper.pid);
  await keeper.launch(task);
  const size = async () => (await stat(ground.logPath(task.id))).size;
  let last = -1;
  await until('the log to stand still', async () => {
    const now = await size();
    const still = now === last && now > 0;
    last = now;
    await sleep(100);
    return still;
  });
  assert.ok(last < 200_000_000);
  assert.ok((await rssOf(keeper.pid)) - before < 40, 'memory of the keeper');
  stuck.destroy();
  assert.equal(await exit, 4);
});

test('an exec that nobody watches is not held up by its output', async () => {
  const container = await ground.container({ args: ['sleep', '1000'] });
  await keeper.launch(container);
  const exec = await ground.exec(container, { args: ['sh', '-c', 'yes | head -c 5000000; exit 6'] });
  const exit = exitOf(exec.id);
  await keeper.launch(exec);
  assert.equal(await exit, 6);
});

test('what an exec says before its client is there is not lost', async () => {
  const container = await ground.container({ args: ['sleep', '1000'] });
  await keeper.launch(container);
  const exec = await ground.exec(container, { args: ['sh', '-c', 'echo early; cat'] }, { openStdin: true });
  await keeper.launch(exec);
  await sleep(50);
  const stream = await keeper.attach({ task: exec.id, ...output, stdin: true });
  stream.end('late');
  const frames = new FrameReader().push(Buffer.concat(await stream.toArray()));
  assert.equal([...frames].map(({ payload }) => payload.toString()).join(''), 'early\nlate');
});

test('an exec with a terminal', async () => {
  const container = await ground.container({ args: ['sleep', '1000'] });
  await keeper.launch(container);
  const exec = await ground.exec(
    container,
    // crun sets the size of an exec's terminal when the process may already run.
    {
      args: ['sh', '-c', 'until [ "$(stty size 2>&1)" = "44 55" ]; do usleep 2000; done; echo done'],
      tty: true,
    },
    { consoleSize: { height: 44, width: 55 } },
  );
  const stream = await keeper.attach({ task: exec.id, ...output });
  const received = stream.toArray();
  await keeper.launch(exec);
  assert.equal(Buffer.concat(await received).toString(), 'done\r\n');
});

test('a size that is told while an exec is launched is there before what is typed next', async () => {
  const container = await ground.container({ args: ['sleep', '1000'] });
  await keeper.launch(container);
  for (let round = 0; round < 15; round += 1) {
    const exec = await ground.exec(
      container,
      { args: ['sh', '-c', 'read x; stty size'], tty: true },
      { openStdin: true },
    );
    const stream = await keeper.attach({ task: exec.id, ...output, stdin: true });
    const received = stream.toArray();
    // As two requests of a client that did not wait: the second comes while the first is under way.
    const told = nextTurn().then(() => keeper.resize(exec.id, { height: 33, width: 99 }));
    await Promise.all([keeper.launch(exec), told]);
    stream.write('go\n');
    assert.match(Buffer.concat(await received).toString(), /^33 99\r$/m);
  }
});

test('all of a large output through a terminal', async () => {
  const task = await ground.container({ args: ['seq', '100000'], tty: true });
  const stream = await keeper.attach({ task: task.id, ...output });
  const received = stream.toArray();
  await keeper.launch(task);
  const expected = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\r\n`).join('');
  assert.equal(Buffer.concat(await received).toString(), expected);
  const log = (await readFile(ground.logPath(task.id), 'utf8')).trimEnd().split('\n');
  assert.equal(log.map((line) => String(JSON.parse(line).log)).join(''), expected);
});

test('a process that reads no input and one that closes its output', async () => {
  const deaf = await ground.container(
    { args: ['sh', '-c', 'exec <&-; usleep 100000; exit 3'] },
    { openStdin: true },
  );
  const stream = await keeper.attach({ task: deaf.id, ...output, stdin: true });
  stream.on('data', () => {});
  const exit = exitOf(deaf.id);
  await keeper.launch(deaf);
  for (let i = 0; i < 20; i += 1) stream.write('x'.repeat(65_536));
  assert.equal(await exit, 3);
  const mute = await ground.container({ args: ['sh', '-c', 'exec >&- 2>&-; usleep 100000; exit 5'] });
  assert.equal((await Promise.all([exitOf(mute.id), keeper.launch(mute)]))[0], 5);
});

test('an attachment that waits for its task survives the keeper', async () => {
  const task = await ground.container({ args: ['echo', 'heard'] });
  const stream = await keeper.attach({ task: task.id, ...output });
  const received = stream.toArray();
  const { pid } = keeper;
  process.kill(pid, 'SIGKILL');
  await until('another keeper', async () => keeper.pid !== pid);
  await keeper.launch(task);
  assert.equal([...new FrameReader().push(Buffer.concat(await received))][0]?.payload.toString(), 'heard\n');
});

test('a shim that is killed ends its task with 137', async () => {
  const task = await ground.container({ args: ['sleep', '1000'] });
  const exit = exitOf(task.id);
  const { pid } = await keeper.launch(task);
  // The runtime is its parent for a moment longer than the launch takes.
  const parent = await until('the process to be the shim’s', async () => {
    const found = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return (await argvOf(found))[0]?.startsWith('minke-shim') ? found : undefined;
  });
  process.kill(parent, 'SIGKILL');
  assert.equal(await exit, 137);
});

test('launches at once', async () => {
  const tasks = await Promise.all(
    Array.from({ length: 10 }, (_, n) => ground.container({ args: ['echo', String(n)] })),
  );
  const exits = tasks.map((task) => exitOf(task.id));
  await Promise.all(tasks.map((task) => keeper.launch(task)));
  assert.deepEqual(await Promise.all(exits), new Array(10).fill(0));
  for (const [n, { id }] of tasks.entries()) {
    assert.match(await readFile(ground.logPath(id), 'utf8'), new RegExp(`^{"log":"${n}\\\\n"`));
  }
});
