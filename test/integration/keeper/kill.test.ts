/** The keeper is killed again and again while containers write: nothing is lost, nothing is doubled. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { KeeperClient } from '../../../src/keeper/client/keeper-client.ts';
import { command } from '../../harness/command.ts';
import { until } from '../../harness/until.ts';
import { Ground } from './ground.ts';

let ground: Ground;
let keeper: KeeperClient;
before(async () => {
  ground = await Ground.make();
  keeper = await ground.open();
});
after(async () => assert.deepEqual(await ground.close(), { retired: true }));

const rotatedPath = (n: number): string => `${ground.folder}/logs/rotated-${n}.log`;

const rotated = (path: string, compress: boolean) =>
  ({ driver: 'json-file', path, maxSize: 4000, maxFiles: 20, compress, attrs: {} }) as const;

interface Line {
  readonly log: string;
  readonly stream: string;
}

async function logged(id: string): Promise<Line[]> {
  const text = await readFile(ground.logPath(id), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

async function killKeeper(): Promise<void> {
  const { pid } = keeper;
  process.kill(pid, 'SIGKILL');
  await until('another keeper', () => keeper.pid !== pid, { every: 2 });
}

test('20 containers write every 10 ms through ten kills', { timeout: 600_000 }, async () => {
  const lines = 300;
  const script = (code: number) =>
    `i=0; while [ $i -lt ${lines} ]; do echo out-$i; echo err-$i >&2; i=$((i+1)); usleep 10000; done; exit ${code}`;
  const exits = new Map<string, number>();
  const stop = keeper.onExit(({ id, exit }) => exits.set(id, exit.code));
  const tasks = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      ground.container(
        { args: ['sh', '-c', script(n)] },
        n % 2 === 0 ? {} : { log: rotated(rotatedPath(n), n % 4 === 1) },
      ),
    ),
  );
  for (const task of tasks) await keeper.launch(task);
  for (let kill = 0; kill < 10; kill += 1) {
    await sleep(120 + Math.random() * 150);
    await killKeeper();
  }
  await ground.settled(keeper);
  await until('all exits to be told', () => exits.size === tasks.length);
  const expected = (word: string) => Array.from({ length: lines }, (_, i) => `${word}-${i}\n`);
  for (const [n, task] of tasks.entries()) {
    assert.equal(exits.get(task.id), n);
    const log = n % 2 === 0 ? await logged(task.id) : await chain(rotatedPath(n));
    for (const [stream, word] of [
      ['stdout', 'out'],
      ['stderr', 'err'],
    ] as const) {
      const seen = log.filter((line) => line.stream === stream).map((line) => line.log);
      assert.deepEqual(seen, expected(word), `${task.id} ${stream}`);
    }
  }
  stop();
});

/** All files of a rotated log, oldest first. */
async function chain(path: string): Promise<Line[]> {
  const texts: string[] = [];
  for (let age = 40; age >= 0; age -= 1) {
    const name = age === 0 ? path : `${path}.${age}`;
    const plain = await readFile(name, 'utf8').catch(() => undefined);
    const text = plain ?? (await readFile(`${name}.gz`).then(gunzipSync, () => Buffer.alloc(0))).toString();
    texts.push(text);
  }
  return texts
    .join('')
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

test('a container writes as fast as it can through kills at any instruction', {
  timeout: 600_000,
}, async () => {
  const path = ground.logPath('fast');
  const enough = 'tmp/enough';
  // Bounded, so that the files of the log hold all of it however long a kill takes.
  const script = `n=0; until [ -e /${enough} ] || [ $n -ge 600000 ]; do seq $((n+1)) $((n+=10000)); done; printf end`;
  const task = await ground.container(
    { args: ['sh', '-c', script] },
    { log: { driver: 'json-file', path, maxSize: 5_000_000, maxFiles: 30, compress: false, attrs: {} } },
  );
  await keeper.launch(task);
  for (let kills = 0; kills < 10; kills += 1) {
    await sleep(20 + Math.random() * 30);
    await killKeeper();
  }
  await writeFile(`${ground.folder}/rootfs/${enough}`, '');
  await ground.settled(keeper);
  let next = 1;
  for (const { log } of await chain(path)) {
    if (log === 'end') break;
    assert.equal(log, `${next}\n`);
    next += 1;
  }
  assert.ok(next > 10_000 && next % 10_000 === 1, `${next - 1} lines`);
});

test('a terminal goes on after a kill', { timeout: 300_000 }, async () => {
  const task = await ground.container(
    { args: ['sh', '-c', 'while read line; do stty size; echo got $line; done'], tty: true },
    { openStdin: true },
  );
  await keeper.launch(task);
  for (const word of ['one', 'two', 'three']) {
    await killKeeper();
    const stream = await keeper.attach({ task: task.id, stdin: true, stdout: true, stderr: true });
    await keeper.resize(task.id, { height: 30, width: word.length * 10 });
    stream.write(`${word}\n`);
    let seen = '';
    for await (const bytes of stream) {
      seen += String(bytes);
      if (seen.includes(`got ${word}`)) break;
    }
    assert.match(seen, new RegExp(`30 ${word.length * 10}\r\n`));
    stream.destroy();
  }
  await ground.kill(task.id);
  await ground.settled(keeper);
  const text = (await logged(task.id)).map((line) => line.log).join('');
  for (const word of ['one', 'two', 'three']) assert.equal(text.split(`got ${word}\r\n`).length, 2);
});

test('a container that ends while there is no keeper', { timeout: 300_000 }, async () => {
  const task = await ground.container({ args: ['sh', '-c', 'usleep 30000; printf unfinished; exit 9'] });
  // It may end before the keeper is killed, while it is, or after.
  const exit = new Promise<number>((resolve) => {
    keeper.onExit(({ id, exit: { code } }) => {
      if (id === task.id) resolve(code);
    });
  });
  const other = await ground.open();
  await other.launch(task);
  await other.close();
  // The exit may be told by the one that dies: whoever kills next needs the one behind it.
  const another = killKeeper();
  assert.equal(await exit, 9);
  await another;
  assert.deepEqual(
    (await logged(task.id)).map((line) => line.log),
    ['unfinished'],
  );
});

test('a launch goes through a kill, and once only', { timeout: 600_000 }, async () => {
  for (let round = 0; round < 15; round += 1) {
    const task = await ground.container({ args: ['sh', '-c', 'echo once; exit 8'] });
    const exit = new Promise<number>((resolve) => {
      const stop = keeper.onExit(({ id, exit: { code } }) => {
        if (id !== task.id) return;
        stop();
        resolve(code);
      });
    });
    const launched = keeper.launch(task);
    await sleep(Math.random() * 30);
    await killKeeper();
    assert.equal((await launched).id, task.id);
    assert.equal(await exit, 8);
    assert.deepEqual(
      (await logged(task.id)).map((line) => line.log),
      ['once\n'],
    );
  }
});

test('what a killed OCI runtime leaves behind has gone before its failure is told', async () => {
  const task = await ground.container({ args: ['true'] });
  // Like crun's: a child in a session of its own that goes on with the work.
  const script = 'setsid sh -c "sleep 1000 & sleep 1000" & echo $! > left; kill -9 $$';
  await assert.rejects(keeper.launch({ ...task, argv: ['sh', '-c', script] }));
  const left = Number(await readFile(`${task.cwd}/left`, 'utf8'));
  const running = await command(['pgrep', '--session', String(left)]);
  assert.equal(running.stdout, '');
});
